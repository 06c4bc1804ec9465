import socket
import threading

import pytest

from harness.both_ends import END_OF_STREAM, HEAD_OF_STREAM, BothEnds, event
from harness.cancelling import MOMENTS, cancel
from harness.load import NoFigures, h2load_figures, percentile, s_time_figures, wrk_figures
from harness.pacing import EVENTS, pace
from harness.rounds import Caller, Cut
from harness.scenarios import KINDS, LARGE
from harness.servers import Direct

H2LOAD = """
finished in 2.00s, 14506.50 req/s, 12.96MB/s
requests: 29021 total, 29045 started, 29013 done, 29013 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 29013 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 25.93MB (27185553) total, 1.50MB (1574213) headers (space savings 88.53%), 16.96MB (17784969) data
                     min         max         mean         sd        +/- sd
time for request:      518us     11.84ms      2.20ms      1.01ms    77.95%
"""
LOG = "1769000000000000\t200\t1500\n1769000000000100\t200\t500\n1769000000000200\t200\t2500\n1769000000000300\t-1\t9\n"


def test_wrks_figures_are_its_last_word():
    assert wrk_figures('Running 1s test\nFIGURES {"requests":5,"p50_us":7}\n') == {"requests": 5, "p50_us": 7}
    with pytest.raises(NoFigures):
        wrk_figures("unable to connect")


def test_h2loads_figures_have_the_same_names():
    found = h2load_figures(H2LOAD, LOG)
    assert found == {
        "requests": 29013, "microseconds": round(29013 / 14506.5 * 1e6), "bytes": 27185553,
        "p50_us": 1500, "p90_us": 2500, "p99_us": 2500, "max_us": 2500, "not_2xx": 0, "socket_errors": 0}


def test_h2loads_failures_are_counted():
    found = h2load_figures(H2LOAD.replace("0 failed", "3 failed").replace("0 5xx", "2 5xx"), LOG)
    assert found["socket_errors"] == 3 and found["not_2xx"] == 2


def test_handshakes_are_counted_over_the_time_that_they_took():
    output = "No CIPHER specified\n\n\n1873 connections in 0.71s; 2638.03 connections/user sec, bytes read 0\n" \
             "1873 connections in 2 real seconds, 0 bytes read per connection\n"
    found = s_time_figures(output, 1.25)
    assert (found["requests"], found["microseconds"], found["p50_us"]) == (1873, 1_250_000, 0)
    with pytest.raises(NoFigures):
        s_time_figures("connect: Connection refused", 1.0)


@pytest.mark.parametrize(("output", "log"), [("", LOG), (H2LOAD, ""), (H2LOAD, "1\t-1\t2\n")])
def test_an_h2load_that_says_nothing_gives_no_figures(output, log):
    with pytest.raises(NoFigures):
        h2load_figures(output, log)


def test_a_percentile_is_a_value_that_was_there():
    assert [percentile([1, 2, 3, 4], share) for share in (0, 50, 99, 100)] == [1, 3, 4, 4]


def test_a_large_body_is_as_large_as_it_says_and_asks_the_same():
    large, plain = KINDS["large"].body(), KINDS["plain"].body()
    assert LARGE - 200 < len(large) <= LARGE
    assert large.startswith(plain[:200])


@pytest.fixture
def answers():
    """A server that says these bytes to whoever connects, a piece at a time, and closes."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def make(*pieces):
        def run():
            connection, _ = listener.accept()
            with connection:
                for piece in pieces:
                    connection.sendall(piece)
        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return Caller(listener.getsockname()[1], 5)

    yield make
    for thread in threads:
        thread.join(5)
    listener.close()


def test_answers_are_read_to_their_end_by_length_and_by_chunks(answers):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
    caller = answers(head + b"one" + head + b"tw", b"o", HEAD_OF_STREAM, event(0), END_OF_STREAM)
    for _ in range(3):
        caller.receive()
    assert caller.buffer == b""
    caller.socket.close()


@pytest.mark.parametrize("said", [
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\non", b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", b""])
def test_an_answer_that_is_cut_or_refuses_is_no_answer(answers, said):
    caller = answers(said)
    with pytest.raises(Cut):
        caller.receive()
    caller.socket.close()


def test_both_ends_see_each_other_without_anything_between():
    with BothEnds() as ends:
        found = pace(ends, Direct(ends.port), 2)
        assert len(found["first_us"]) == 2 and len(found["event_us"]) == 2 * (EVENTS - 1)
        assert min(found["first_us"] + found["event_us"]) > 0


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_upstream_sees_each_client_that_leaves(moment):
    with BothEnds() as ends:
        found = cancel(ends, Direct(ends.port), moment, 6)
    assert (found["times"], found["unseen"], len(found["milliseconds"])) == (6, 0, 6)


def test_a_client_that_is_kept_on_is_one_that_went_unseen(monkeypatch):
    with BothEnds() as ends:
        monkeypatch.setattr(ends, "wait_for_end", lambda: None)
        found = cancel(ends, Direct(ends.port), "cancel-in-stream", 50)
    assert found["unseen"] == found["times"] == 5
