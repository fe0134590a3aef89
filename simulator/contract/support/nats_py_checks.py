"""Checks a server with nats-py, a client in another language; prints one line per feature that works."""

import asyncio
import sys

import nats

# For an answer on a busy machine.
ANSWER_LIMIT_S = 30


async def settle(*clients: nats.NATS) -> None:
    """Waits until the server has read everything that these clients sent, and they have read everything it sent.

    nats-py's own flush doesn't ensure that: its PING overtakes commands that are still buffered.
    """
    for client in clients:
        inbox = client.new_inbox()
        echo = await client.subscribe(inbox, max_msgs=1)
        await client.publish(inbox)
        await echo.next_msg(timeout=ANSWER_LIMIT_S)


async def main(url: str) -> None:
    one = await nats.connect(url, allow_reconnect=False)
    two = await nats.connect(url, allow_reconnect=False)

    heard = await one.subscribe("news.*")
    await settle(one)
    await two.publish("news.today", b"hello")
    message = await heard.next_msg(timeout=ANSWER_LIMIT_S)
    assert (message.subject, message.data) == ("news.today", b"hello")
    print("publish and subscribe")

    async def answer(message):
        await message.respond(b"pong " + message.data)

    await one.subscribe("ask", cb=answer)
    await settle(one)
    assert (await two.request("ask", b"1", timeout=ANSWER_LIMIT_S)).data == b"pong 1"
    try:
        await two.request("nobody", b"", timeout=ANSWER_LIMIT_S)
        raise AssertionError("a request to nobody was answered")
    except nats.errors.NoRespondersError:
        pass
    print("request and reply")

    workers = [await one.subscribe("work", queue="q"), await two.subscribe("work", queue="q")]
    await settle(one, two)
    for _ in range(50):
        await one.publish("work", b"x")
    await settle(one, two)
    counts = [worker.pending_msgs for worker in workers]
    assert sum(counts) == 50 and min(counts) > 0, counts
    # A drain would wait until all received messages are consumed.
    for worker, count in zip(workers, counts):
        for _ in range(count):
            await worker.next_msg(timeout=ANSWER_LIMIT_S)
    print("queue groups")

    headed = await one.subscribe("headed")
    await settle(one)
    await two.publish("headed", b"x", headers={"Trace": "7"})
    assert (await headed.next_msg(timeout=ANSWER_LIMIT_S)).headers == {"Trace": "7"}
    print("headers")

    await one.drain()
    assert one.is_closed
    await two.drain()
    assert two.is_closed
    print("drain")


asyncio.run(main(sys.argv[1]))
