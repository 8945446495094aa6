/** What a handler sees of a request. @param {Request} request @param {{ params: Promise<{ id: string }> }} context */
export async function POST(request, { params }) {
  const gate = [...request.headers].filter(([name]) => name.includes('gatewright'))
  return Response.json({ id: (await params).id, gate: Object.fromEntries(gate), type: request.headers.get('content-type'), body: await request.json() })
}
