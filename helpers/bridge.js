// Carries answers from the questions in a page to the kernel, and its replies and drawings back.
const PATIENCE = 2000; // milliseconds that a busy kernel has for a reply, before it is interrupted

export default {
  initialize({ model }) {
    const page = model.get("page");
    const waiting = new Map(); // what is urgent, by key: its timer
    const elements = key => document.querySelectorAll(`[data-page="${page}"][data-key="${CSS.escape(key)}"]`);
    const interrupt = key => {
      if (elements(key).length > 0) model.widget_manager?.kernel?.interrupt();
    };
    const forward = event => {
      const { page: asking, key, urgent } = event.detail;
      if (asking !== page) return; // asked by another kernel
      model.send(event.detail);
      event.preventDefault(); // tells the question that somebody listens
      if (urgent && !waiting.has(key)) waiting.set(key, setTimeout(interrupt, PATIENCE, key));
    };
    const reply = (element, text) => { element.querySelector("[role=status]").textContent = text; };
    const draw = (element, drawing) => { element.querySelector(".drawing").innerHTML = drawing; };
    const close = element => {
      if (element.contains(document.activeElement)) element.closest(".jp-Cell")?.focus();
    };
    const show = message => {
      if (message.reply || message.closes) clearTimeout(waiting.get(message.key));
      elements(message.key).forEach(element => {
        if (message.reply) reply(element, message.reply);
        if (message.drawing) draw(element, message.drawing);
        if (message.closes) close(element);
      });
    };
    document.addEventListener("hidden-layers-answer", forward);
    model.on("msg:custom", show);
    return () => document.removeEventListener("hidden-layers-answer", forward);
  },
};
