// One decision of Cedar.

/** @param {any} cedar */
export function decideBy(cedar) {
  const { type, response, errors } = cedar.isAuthorized({
    principal: { type: 'User', id: 'alice' },
    action: { type: 'Action', id: 'run' },
    resource: { type: 'Agent', id: 'research' },
    context: {},
    policies: { staticPolicies: 'permit(principal == User::"alice", action == Action::"run", resource);', templates: {}, templateLinks: [] },
    entities: [],
  })
  return [{ name: 'allow', expected: 'allow', got: type === 'success' ? response.decision : errors }]
}
