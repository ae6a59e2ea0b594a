"""A chat service whose every event comes at a known instant: what benchmark tools are compared against.

    server.py PORT [--reasoning]

Responses have 10 and 40 tokens in turn, whatever is asked for. After the request has arrived: the role chunk at 100 ms,
the first token at 300 ms, then one every 20 ms, the finish chunk 60 ms after the last, the usage chunk 60 ms after that
(only where it is asked for), the end mark 60 ms later, the end of the body 60 ms later still. With --reasoning the first
half of the tokens is reasoning, and the first token of the answer takes 200 ms. Each instant is counted from the arrival
of the request, so that no delay adds to the next.
"""
import asyncio
import itertools
import json
import sys
import time

ROLE, FIRST, GAP, TAIL = 0.1, 0.3, 0.02, 0.06
REQUESTS = itertools.count()


def schedule(tokens, reasoning, with_usage):
    """The events of a response: seconds after the request, and what comes then."""
    yield ROLE, {"role": "assistant", "content": ""}
    at = FIRST
    for index in range(tokens):
        is_reasoning = reasoning and index < tokens // 2
        if index > 0:
            at += 0.2 if reasoning and index == tokens // 2 else GAP
        yield at, {"reasoning_content": " a"} if is_reasoning else {"content": " a"}
    at += TAIL
    yield at, "finish"
    if with_usage:
        at += TAIL
        yield at, "usage"
    yield at + TAIL, "done"


async def read_request(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = b""
    if fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    elif length := int(fields.get("content-length", 0)):
        body = await reader.readexactly(length)
    return head[0].split(" ")[1], json.loads(body) if body else {}


def plain(writer, value, status="200 OK"):
    body = json.dumps(value).encode()
    writer.write(
        f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)


async def stream(writer, request, index, reasoning):
    arrived = time.monotonic()
    tokens = 10 if index % 2 == 0 else 40
    usage = {"prompt_tokens": 72, "completion_tokens": tokens, "total_tokens": 72 + tokens}
    base = {"id": f"c{index}", "object": "chat.completion.chunk", "created": 1, "model": request.get("model")}
    with_usage = bool((request.get("stream_options") or {}).get("include_usage"))
    writer.write(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    at = 0.0
    for at, event in schedule(tokens, reasoning, with_usage):
        await asyncio.sleep(max(0, arrived + at - time.monotonic()))
        if event == "done":
            data = "[DONE]"
        elif event == "usage":
            data = json.dumps({**base, "choices": [], "usage": usage})
        else:
            reason = "length" if event == "finish" else None
            delta = {} if event == "finish" else event
            data = json.dumps({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
        chunk = f"data: {data}\n\n".encode()
        writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        await writer.drain()
    await asyncio.sleep(max(0, arrived + at + TAIL - time.monotonic()))
    writer.write(b"0\r\n\r\n")


async def serve(reader, writer, reasoning):
    try:
        while True:
            path, request = await read_request(reader)
            if path.startswith("/v1/models"):
                plain(writer, {"object": "list", "data": [
                    {"id": "known", "object": "model", "created": 1, "owned_by": "test", "max_model_len": 4096}]})
            elif path.startswith("/health"):
                plain(writer, {})
            elif path.endswith("/chat/completions"):
                index = next(REQUESTS)
                if request.get("stream"):
                    await stream(writer, request, index, reasoning)
                else:
                    plain(writer, {"id": f"c{index}", "object": "chat.completion", "created": 1, "model": "known",
                                   "choices": [{"index": 0, "finish_reason": "length",
                                                "message": {"role": "assistant", "content": " a"}}],
                                   "usage": {"prompt_tokens": 72, "completion_tokens": 1, "total_tokens": 73}})
            else:
                plain(writer, {"error": {"message": "no such route", "code": 404}}, "404 Not Found")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    reasoning = "--reasoning" in sys.argv[2:]
    server = await asyncio.start_server(
        lambda reader, writer: serve(reader, writer, reasoning), "127.0.0.1", int(sys.argv[1]))
    async with server:
        await server.serve_forever()


asyncio.run(main())
