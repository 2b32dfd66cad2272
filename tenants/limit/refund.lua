-- Gives one unit back to each counter; one that is full stays full. The arguments are those of take.lua.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
for i, key in ipairs(KEYS) do
  local at = tonumber(redis.call('GET', key) or now) - tonumber(ARGV[2 * i - 1])
  if at > now then
    redis.call('SET', key, string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000))
  else
    redis.call('DEL', key)
  end
end
return 0
