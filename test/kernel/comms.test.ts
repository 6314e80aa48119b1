import assert from "node:assert/strict";
import { test } from "node:test";
import type { Content, Message } from "../../kernel-setup/kernel/wire";
import { sharedKernel } from "./kernel-client";

const kernel = sharedKernel();

function commMessage(type: string, fits: (content: Content) => boolean = () => true): Promise<Message> {
  return kernel().published(({ header, content }) => header.msg_type === type && fits(content));
}

test("a cell opens a comm, sends with buffers, and hears the front end's messages and its close", async () => {
  const opened = commMessage("comm_open");
  const sent = commMessage("comm_msg");
  await kernel().execute(`
    const comm = openComm("slider", { value: 1 });
    const heard: unknown[] = [];
    comm.onMessage(({ data, buffers }) => { heard.push(data, buffers.map((buffer) => buffer.length)) });
    comm.onClose(() => { heard.push("closed") });
    comm.send({ value: 2 }, { buffers: [new Uint8Array([7, 8])] })`);
  const { content } = await opened;
  assert.deepEqual([content.target_name, content.data], ["slider", { value: 1 }]);
  const message = await sent;
  assert.deepEqual(
    [message.content, message.buffers.map((buffer) => [...buffer])],
    [{ comm_id: content.comm_id, data: { value: 2 } }, [[7, 8]]],
  );
  await kernel().tell("comm_msg", { comm_id: content.comm_id, data: { value: 3 } }, [new Uint8Array(5)]);
  await kernel().tell("comm_close", { comm_id: content.comm_id, data: {} });
  const { result } = await kernel().execute("heard");
  assert.deepEqual(result, { "text/plain": "[ { value: 3 }, [ 5 ], 'closed' ]" });
});

test("the front end opens a comm to a target that a cell listens to, and gets answers under its message", async () => {
  await kernel().execute(
    'onComm("echo", (comm, { data }) => { comm.send({ opened: data }); comm.onMessage(({ data }) => { console.log("got"); comm.send(data) }) })',
  );
  const greeting = commMessage("comm_msg", ({ comm_id }) => comm_id === "abc");
  await kernel().tell("comm_open", { comm_id: "abc", target_name: "echo", data: 1 });
  assert.deepEqual((await greeting).content.data, { opened: 1 });
  const echoed = commMessage("comm_msg", ({ data }) => data === "hello");
  const printed = kernel().published(({ content }) => content.text === "got\n");
  const id = await kernel().tell("comm_msg", { comm_id: "abc", data: "hello" });
  assert.deepEqual([(await echoed).parent.msg_id, (await printed).parent.msg_id], [id, id]);
});

test("comm_info lists open comms, all or of one target", async () => {
  const info = async (content: Content) =>
    (await kernel().request("comm_info_request", content)).content.comms;
  assert.deepEqual(await info({}), { abc: { target_name: "echo" } });
  assert.deepEqual(await info({ target_name: "slider" }), {});
});

test("a comm to a target that nobody listens to is closed at once", async () => {
  const closed = commMessage("comm_close", ({ comm_id }) => comm_id === "lost");
  await kernel().tell("comm_open", { comm_id: "lost", target_name: "nobody", data: {} });
  await closed;
});

test("a comm that the kernel closed tells the front end and takes no more", async () => {
  const closed = commMessage("comm_close", ({ data }) => data === "bye");
  await kernel().execute('const short = openComm("short"); short.close("bye")');
  await closed;
  const { error } = await kernel().execute("short.send(1)");
  assert.match(
    error!.evalue,
    /^send: invalid comm: short is closed; expected an open one\. Open another with openComm\.$/,
  );
});

test("a listener that throws is reported, and the comm lives on", async () => {
  await kernel().execute(
    'onComm("weak", (comm) => { comm.onMessage(() => { throw new Error("too weak") }) })',
  );
  await kernel().tell("comm_open", { comm_id: "w", target_name: "weak", data: {} });
  const complaint = kernel().published(({ content }) => /too weak/.test(String(content.text)));
  await kernel().tell("comm_msg", { comm_id: "w", data: {} });
  await complaint;
  assert.deepEqual((await kernel().execute("'alive'")).result, { "text/plain": "'alive'" });
});

test("a comm message is heard while a cell awaits", async () => {
  await kernel().execute('let release = () => {}; onComm("release", () => release())');
  const cell = kernel().execute(
    "await new Promise<void>((go) => { release = go; console.log('waiting') }); 'released'",
  );
  await kernel().published(({ content }) => content.text === "waiting\n");
  await kernel().tell("comm_open", { comm_id: "r", target_name: "release", data: {} });
  assert.deepEqual((await cell).result, { "text/plain": "'released'" });
});
