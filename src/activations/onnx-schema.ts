const edition = "proto2"; // a field that is present stays so when it is 0 or empty

/**
 * The messages and fields of ONNX's onnx.proto that brainlens reads or writes, as protobufjs takes them. All other fields
 * are carried over byte for byte (`onnx-file.ts`). Source: field numbers of onnx/onnx.proto (ONNX, Apache-2.0).
 */
export const onnxSchema = {
  nested: {
    ModelProto: {
      edition,
      fields: {
        irVersion: { id: 1, type: "int64" },
        graph: { id: 7, type: "GraphProto" },
        opsetImport: { id: 8, type: "OperatorSetIdProto", rule: "repeated" },
      },
    },
    OperatorSetIdProto: {
      edition,
      fields: { domain: { id: 1, type: "string" }, version: { id: 2, type: "int64" } },
    },
    GraphProto: {
      edition,
      fields: {
        node: { id: 1, type: "NodeProto", rule: "repeated" },
        initializer: { id: 5, type: "TensorProto", rule: "repeated" },
        input: { id: 11, type: "ValueInfoProto", rule: "repeated" },
        output: { id: 12, type: "ValueInfoProto", rule: "repeated" },
        valueInfo: { id: 13, type: "ValueInfoProto", rule: "repeated" },
      },
    },
    NodeProto: {
      edition,
      fields: {
        input: { id: 1, type: "string", rule: "repeated" },
        output: { id: 2, type: "string", rule: "repeated" },
        name: { id: 3, type: "string" },
        opType: { id: 4, type: "string" },
        attribute: { id: 5, type: "AttributeProto", rule: "repeated" },
        domain: { id: 7, type: "string" },
      },
    },
    AttributeProto: {
      edition,
      fields: {
        name: { id: 1, type: "string" },
        i: { id: 3, type: "int64" },
        t: { id: 5, type: "TensorProto" },
        g: { id: 6, type: "GraphProto" },
        ints: { id: 8, type: "int64", rule: "repeated" },
        graphs: { id: 11, type: "GraphProto", rule: "repeated" },
        type: { id: 20, type: "int32" },
      },
    },
    TensorProto: {
      edition,
      fields: {
        dims: { id: 1, type: "int64", rule: "repeated" },
        dataType: { id: 2, type: "int32" },
        floatData: { id: 4, type: "float", rule: "repeated", options: { packed: true } },
        name: { id: 8, type: "string" },
        rawData: { id: 9, type: "bytes" },
        externalData: { id: 13, type: "StringStringEntryProto", rule: "repeated" },
        dataLocation: { id: 14, type: "int32" },
      },
    },
    StringStringEntryProto: {
      edition,
      fields: { key: { id: 1, type: "string" }, value: { id: 2, type: "string" } },
    },
    ValueInfoProto: {
      edition,
      fields: { name: { id: 1, type: "string" }, type: { id: 2, type: "TypeProto" } },
    },
    TypeProto: {
      edition,
      fields: { tensorType: { id: 1, type: "Tensor" } },
      nested: {
        Tensor: {
          fields: { elemType: { id: 1, type: "int32" }, shape: { id: 2, type: "TensorShapeProto" } },
        },
      },
    },
    TensorShapeProto: {
      edition,
      fields: { dim: { id: 1, type: "Dimension", rule: "repeated" } },
      nested: {
        Dimension: {
          fields: { dimValue: { id: 1, type: "int64" }, dimParam: { id: 2, type: "string" } },
        },
      },
    },
  },
};
