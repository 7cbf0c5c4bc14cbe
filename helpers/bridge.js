// Carries answers from the questions in a page to the kernel, and its replies and drawings back.
export default {
  initialize({ model }) {
    const page = model.get("page");
    const interrupted = new Set(); // by key: a second interrupt would not wait for the end of an epoch
    const elements = key => document.querySelectorAll(`[data-page="${page}"][data-key="${CSS.escape(key)}"]`);
    // A kernel that is busy reads no message before its cell ends; an interrupt reaches it.
    const interrupt = key => {
      const kernel = model.widget_manager?.kernel;
      if (!kernel?.interrupt) return false;
      if (!interrupted.has(key)) kernel.interrupt();
      interrupted.add(key);
      return true;
    };
    const forward = event => {
      const { page: asking, key, urgent } = event.detail;
      if (asking !== page) return; // asked by another kernel
      if (!urgent || !interrupt(key)) model.send(event.detail);
      event.preventDefault(); // tells the question that somebody listens
    };
    const reply = (element, text) => { element.querySelector("[role=status]").textContent = text; };
    const draw = (element, drawing) => { element.querySelector(".drawing").innerHTML = drawing; };
    const close = element => {
      if (element.contains(document.activeElement)) element.closest(".jp-Cell")?.focus();
      element.querySelectorAll("button").forEach(button => { button.disabled = true; });
    };
    const show = message => {
      if (message.closes) interrupted.delete(message.key);
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
