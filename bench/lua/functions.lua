-- Calls of functions, for wrk. Arguments: path of the API, app id, what is called (`health` or the
-- name of a function), its input, and how many functions of that name there are (name0, name1, ...)
-- or 0 when it is one. When there are many, the %d in the input becomes a number at random, so that
-- as many different requests are made for few functions as for many. Prints one line of JSON at the
-- end.
local headers = { ["Content-Type"] = "application/json" }
local root, name, input, count

function init(args)
  root, headers["X-Parse-Application-Id"], name, input = args[1], args[2], args[3], args[4]
  count = tonumber(args[5])
end

function request()
  if name == "health" then
    return wrk.format("GET", root .. "/health", headers)
  end
  local called, sent = name, input
  if count > 0 then
    called = name .. math.random(0, count - 1)
    sent = string.format(input, math.random(10000))
  end
  return wrk.format("POST", root .. "/functions/" .. called, headers, sent)
end

local failed = 0

function response(status)
  if status ~= 200 then
    failed = failed + 1
    wrk.thread:set("failed", failed)
  end
end

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do
    refused = refused + (thread:get("failed") or 0)
  end
  local errors = summary.errors
  io.write(
    string.format(
      '{"requests":%d,"seconds":%.3f,"failed":%d,"p50":%d,"p99":%d}\n',
      summary.requests,
      summary.duration / 1e6,
      refused + errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50),
      latency:percentile(99)
    )
  )
end
