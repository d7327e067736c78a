-- The requests of one operation, for wrk. Arguments: operation, path of the API, app id, first id,
-- number of rows, number of users. Prints one line of JSON at the end.
local ffi = require("ffi")
ffi.cdef([[
  typedef struct { long seconds; long nanoseconds; } instant;
  int clock_gettime(int clock, instant *now);
]])
local MONOTONIC = 1
local instant = ffi.new("instant")

local function now()
  ffi.C.clock_gettime(MONOTONIC, instant)
  return tonumber(instant.seconds) + tonumber(instant.nanoseconds) / 1e9
end

local operation, root, first, rows, users
local headers = {}
local counter = 0

local threads = {}
function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

-- Requests of each second: wrk sends the next one when an answer is there.
seconds = {}
local started
local function count()
  local time = now()
  started = started or time
  local second = math.floor(time - started) + 1
  seconds[second] = (seconds[second] or 0) + 1
end

local function id()
  return string.format("%d", first + math.random(0, rows - 1))
end

local function encode(text)
  return (text:gsub("[^%w%-_%.~]", function(c)
    return string.format("%%%02X", string.byte(c))
  end))
end

local make = {}

function make.read()
  return wrk.format("GET", root .. "/classes/Row/" .. id(), headers)
end

function make.list()
  local from = math.random(0, rows - 1)
  local where = string.format('{"score":{"$gte":%d,"$lt":%d}}', from, from + 1000)
  return wrk.format(
    "GET",
    root .. "/classes/Row?limit=20&order=score&where=" .. encode(where),
    headers
  )
end

function make.create()
  counter = counter + 1
  local body = string.format(
    '{"name":"entry %d","score":%d,"count":0,"active":true,'
      .. '"happened":{"__type":"Date","iso":"2026-03-04T05:06:07.089Z"},'
      .. '"tags":["tag1","tag2"],"details":{"size":%d,"note":"made by thread %d"}}',
    counter, math.random(0, rows - 1), counter % 100, number
  )
  return wrk.format("POST", root .. "/classes/Entry", headers, body)
end

function make.update()
  return wrk.format(
    "PUT",
    root .. "/classes/Row/" .. id(),
    headers,
    '{"count":{"__op":"Increment","amount":1}}'
  )
end

function make.login()
  local name = "user" .. math.random(0, users - 1)
  local body = string.format('{"username":"%s","password":"secret of %s"}', name, name)
  return wrk.format("POST", root .. "/login", headers, body)
end

function init(args)
  operation, root = args[1], args[2]
  headers["X-Parse-Application-Id"] = args[3]
  first, rows, users = tonumber(args[4]), tonumber(args[5]), tonumber(args[6])
  if operation ~= "read" and operation ~= "list" then
    headers["Content-Type"] = "application/json"
  end
  math.randomseed(os.time() * 100 + number)
  request = function()
    count()
    return make[operation]()
  end
end

function done(summary, latency)
  local errors = summary.errors
  local each = {}
  for second = 1, math.floor(summary.duration / 1e6) do
    local sum = 0
    for _, thread in ipairs(threads) do
      sum = sum + (thread:get("seconds")[second] or 0)
    end
    each[second] = sum
  end
  print(string.format(
    '{"requests":%d,"microseconds":%d,"refused":%d,"failed":%d,"p50":%.3f,"p99":%.3f,"seconds":[%s]}',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, table.concat(each, ",")
  ))
end
