// Sends one picture to the shelf.

import { Refusal, ask } from "./requests.js";

const LARGEST = 10 * 1024 * 1024; // bytes; the server refuses more, but only once it has them all

// What the server says of it; fails with a sentence for people, in the element's words where it is not the server's.
export const sendPicture = async (file, { address, token, words }) => {
  if (file.size > LARGEST) throw new Refusal(words("large"));
  const body = new FormData();
  body.append("file", file);
  try {
    return await ask(address, { token, body });
  } catch (error) {
    if (error instanceof Refusal && error.message) throw error;
    throw new Refusal(words(reasonOf(error)));
  }
};

const reasonOf = (error) => {
  if (error instanceof TypeError) return "offline"; // what fetch throws when nobody answers
  return error.word === "signed-out" ? "signed-out" : "failed";
};

// Lets go of files over `target` hand them to `take`.
export const takeDropped = (target, take) => {
  const lift = (event, isOver) => {
    event.preventDefault();
    target.classList.toggle("is-over", isOver);
  };
  target.addEventListener("dragover", (event) => lift(event, true));
  target.addEventListener("dragleave", (event) => lift(event, false));
  target.addEventListener("drop", (event) => {
    lift(event, false);
    take(event.dataTransfer.files);
  });
};
