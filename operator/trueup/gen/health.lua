-- The health of a Trueup object, from its conditions: what they say of an older spec does not count.
local said = {}
for _, condition in ipairs((obj.status or {}).conditions or {}) do
  if condition.observedGeneration == obj.metadata.generation then
    said[condition.type] = condition
  end
end
local function is(type, status)
  return said[type] ~= nil and said[type].status == status
end
local function health(status, type)
  local why = (said[type] or {message = "Trueup has not acted on this spec yet."}).message
  -- Argo CD shows the last of these of what is being deleted.
  return {status = status, message = why, deletionMessage = why}
end

if is("Stalled", "True") then
  return health("Degraded", "Stalled")
end
if obj.metadata.deletionTimestamp ~= nil then
  return health("Progressing", "Reconciling")
end
if said.Ready == nil then
  return health("Progressing", "Ready")
end
if is("Gated", "True") then
  return health("Suspended", "Gated")
end
if said.Ready.reason == "Paused" or said.Ready.reason == "ReportOnly" then
  return health("Suspended", "Ready")
end
if obj.status.summary == "Held" and not (is("Ready", "True") and is("InSync", "True")) then
  return health("Suspended", "Synced")
end
if is("Reconciling", "True") then
  return health("Progressing", "Reconciling")
end
if is("Ready", "False") then
  return health("Degraded", "Ready")
end
if not is("Ready", "True") then
  return health("Progressing", "Ready")
end
if is("Synced", "False") then
  return health("Healthy", "Synced")
end
if not is("InSync", "True") then
  return health("Healthy", "InSync")
end
return health("Healthy", "Ready")
