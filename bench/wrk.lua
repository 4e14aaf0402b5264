-- Sends requests that were made before, and counts what is not the right answer.
-- Arguments: a file of requests, each behind its length in eight hexadecimal digits, the proof of a right answer,
-- and "again" where the requests may be sent again when all of them were.
-- The last line of the output: answers, microseconds, requests taken, lost, wrong, and the first wrong answer.

local requests, proof, again, thread_of_this = {}, "", false, nil
taken, wrong, first = 0, 0, ""

function setup(thread)
  thread_of_this = thread
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  local length = file:read(8)
  while length do
    table.insert(requests, file:read(tonumber(length, 16)))
    length = file:read(8)
  end
  file:close()
  proof, again = arguments[2], arguments[3] == "again"
end

function request()
  if taken == #requests and not again then
    wrk.thread:stop()
    return requests[taken]
  end
  taken = taken % #requests + 1
  return requests[taken]
end

function response(status, _, body)
  if status ~= 200 or not body:find(proof, 1, true) then
    wrong = wrong + 1
    if first == "" then
      first = status .. " " .. body:sub(1, 400):gsub("%s+", " ")
    end
  end
end

function done(summary, _, _)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  local thread = thread_of_this
  io.write(string.format("%d %d %d %d %d %s\n", summary.requests, summary.duration,
    thread:get("taken"), lost, thread:get("wrong"), thread:get("first")))
end
