// All requests of the page to the server, which runs on this machine.

async function send(path, options) {
  const response = await fetch(path, options);
  if (response.ok) return response;
  let sentence = `${response.status} ${response.statusText}`;
  try { sentence = (await response.json()).error; } catch { /* not JSON: keep the status */ }
  throw new Error(sentence);
}

export const get = async path => (await send(path)).json();

export const post = async (path, body) => (await send(path, {
  method: "POST",
  ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
})).json();

// A message of maps: the length of the header, the header, the maps of the layers. See MapsMessage.cs.
export async function postForMaps(path, body, type) {
  const response = await send(path, { method: "POST", body, ...(type ? { headers: { "Content-Type": type } } : {}) });
  const buffer = await response.arrayBuffer();
  const view = new DataView(buffer);
  const length = view.getInt32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  for (const layer of header.layers) {
    const size = layer.rows * layer.columns;
    const start = 4 + length + layer.at;
    layer.map = k => {
      const at = start + k * (8 + size);
      return { low: view.getFloat32(at, true), high: view.getFloat32(at + 4, true), cells: new Uint8Array(buffer, at + 8, size) };
    };
  }
  return header;
}

export const query = values => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "")).toString();
