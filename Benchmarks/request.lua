-- One chat completion, sent again and again for some end users in turn. The body comes from a file and the key
-- from the environment, so that neither stands in a command line; the figures go to standard output as one line of JSON.
local file = assert(io.open(assert(os.getenv("BENCH_BODY"), "BENCH_BODY is not set"), "rb"))
wrk.method = "POST"
wrk.path = "/v1/chat/completions"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. assert(os.getenv("BENCH_KEY"), "BENCH_KEY is not set")

-- Made before, so that making them is no part of the load.
local messages, turn, users = {}, 0, tonumber(os.getenv("BENCH_USERS") or "1000")
if os.getenv("BENCH_CLOSES") == "1" then
    wrk.headers["Connection"] = "close"
end

init = function()
    for user = 1, users do
        wrk.headers["X-Sluice-Account"] = string.format("user-%04d", user)
        messages[user] = wrk.format()
    end
end

request = function()
    turn = turn % #messages + 1
    return messages[turn]
end

done = function(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        'FIGURES {"requests":%d,"microseconds":%d,"bytes":%d,"p50_us":%d,"p90_us":%d,"p99_us":%d,"max_us":%d,'
            .. '"not_2xx":%d,"socket_errors":%d}\n',
        summary.requests, summary.duration, summary.bytes,
        latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max,
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
