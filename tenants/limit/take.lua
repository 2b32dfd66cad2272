-- Takes one unit from each counter, or from none. Answers 0, or the microseconds until all of them have one.
--
-- A counter is the time, in microseconds, at which it will be full again (GCRA). Without a key it is full.
-- KEYS[i]; ARGV[2i-1]: microseconds in which a unit comes back; ARGV[2i]: microseconds in which all do.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local full, wait = {}, 0
for i, key in ipairs(KEYS) do
  local at = full[key] or tonumber(redis.call('GET', key) or now)
  full[key] = math.max(at, now) + tonumber(ARGV[2 * i - 1])
  wait = math.max(wait, full[key] - now - tonumber(ARGV[2 * i]))
end
if wait > 0 then
  return wait
end
for key, at in pairs(full) do
  redis.call('SET', key, string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000))
end
return 0
