// Requests that can be told apart when they fail: refused for good, or worth another try.

const SILENCE = 60_000; // milliseconds without a byte after which a connection counts as dead

// The server has said no, in `message`, or the page says it in its `word`; asking again would not help.
export class Refusal extends Error {
  constructor(message, { status, word } = {}) {
    super(message);
    Object.assign(this, { status, word });
  }
}

// Asks our own server; the answer's JSON, or null when it is empty.
export const ask = async (address, { token, body, signal } = {}) => {
  const answer = await fetch(address, {
    method: body ? "POST" : "GET",
    headers: { Accept: "application/json", ...(body && { "X-CSRFToken": token }) },
    body,
    redirect: "manual",
    signal,
  });
  if (answer.status === 204) return null;
  if (answer.ok) return answer.json(); // one that breaks off in the middle is a failure, not an answer
  const { error } = await answer.json().catch(() => ({}));
  throw failure(answer.status, error, answer.type === "opaqueredirect");
};

const failure = (status, error, redirected) => {
  if (error) return new Refusal(error, { status });
  if (redirected || status === 403) return new Refusal("", { status, word: "signed-out" });
  if (status === 404) return new Refusal("", { status, word: "gone" });
  return new Error(`status ${status}`);
};

// Sends bytes by PUT and tells how many are on their way; XMLHttpRequest, for fetch cannot tell.
export const put = (address, bytes, { token, signal, onsent }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let silence;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
    };
    const abort = () => request.abort();
    signal.addEventListener("abort", abort);
    request.upload.onprogress = (event) => {
      listen();
      onsent(event.loaded);
    };
    request.onloadend = () => {
      clearTimeout(silence);
      signal.removeEventListener("abort", abort);
      if ([200, 204].includes(request.status) && isThere(request, address)) resolve();
      else reject(failureOf(request, address));
    };
    request.open("PUT", address);
    if (isOurs(address)) request.setRequestHeader("X-CSRFToken", token);
    listen();
    request.send(bytes);
  });

const isOurs = (address) => new URL(address, location.href).origin === location.origin;

// A redirect to the sign-in page answers 200 too.
const isThere = (request, address) => request.responseURL === new URL(address, location.href).href;

const failureOf = (request, address) => {
  try {
    const { error } = JSON.parse(request.responseText);
    if (error && isOurs(address) && request.status !== 400) return new Refusal(error, { status: request.status });
  } catch {
    // Not ours: a proxy's page, the bucket's XML, or nothing at all.
  }
  return new Error(`status ${request.status}`);
};

// Waits so many seconds, or until the browser is online again.
export const rest = (seconds, signal) =>
  new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener("online", over);
      signal.removeEventListener("abort", over);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(over, seconds * 1000);
    window.addEventListener("online", over);
    signal.addEventListener("abort", over);
  });
