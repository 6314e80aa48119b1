/**
 * Names of properties beside the variables of earlier cells. tslab turns every name whose declaration is of an earlier cell into
 * `exports.name`, and takes two kinds of names for what they are not: in `{ level }` it sees the property of this cell and not the variable,
 * which then is not defined; in `const { level: mine } = before` it sees the earlier declaration, although the name only says which property is
 * meant. Both are written out before tslab looks.
 */
import path from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";

type Ts = typeof TypeScript;

const earlierCells = "__prev__.d.ts";

/** Goes first among the transformers of emitted JavaScript; what it makes has no declaration, so that tslab leaves it. */
export function writeOutPropertyNames(
  ts: Ts,
  checker: TypeScript.TypeChecker,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const { factory } = ts;
  const plain = ({ text }: TypeScript.Identifier) => factory.createIdentifier(text);

  function isOfEarlierCell(node: TypeScript.ShorthandPropertyAssignment): boolean {
    const declarations = checker.getShorthandAssignmentValueSymbol(ts.getOriginalNode(node))?.declarations;
    return (declarations ?? []).some((one) => path.basename(one.getSourceFile().fileName) === earlierCells);
  }

  return (context) => {
    function visit(node: TypeScript.Node): TypeScript.Node {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isShorthandPropertyAssignment(visited)) {
        const { name, objectAssignmentInitializer: otherwise } = visited;
        if (!ts.isShorthandPropertyAssignment(node) || !isOfEarlierCell(node)) return visited;
        const variable = factory.createPropertyAccessExpression(
          factory.createIdentifier("exports"),
          plain(name),
        );
        return factory.createPropertyAssignment(
          plain(name),
          otherwise === undefined ? variable : factory.createAssignment(variable, otherwise),
        );
      }
      if (ts.isPropertyAssignment(visited) && ts.isIdentifier(visited.name)) {
        return factory.updatePropertyAssignment(visited, plain(visited.name), visited.initializer);
      }
      if (ts.isBindingElement(visited) && visited.propertyName && ts.isIdentifier(visited.propertyName)) {
        const { dotDotDotToken, propertyName, name, initializer } = visited;
        return factory.updateBindingElement(visited, dotDotDotToken, plain(propertyName), name, initializer);
      }
      return visited;
    }
    return (file) => ts.visitNode(file, visit) as TypeScript.SourceFile;
  };
}
