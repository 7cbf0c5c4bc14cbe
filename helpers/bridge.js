// Carries answers from the questions in a page to the kernel, and its replies back.
export default {
  initialize({ model }) {
    const page = model.get("page");
    const forward = event => {
      if (event.detail.page !== page) return; // asked by another kernel
      model.send(event.detail);
      event.preventDefault(); // tells the question that somebody listens
    };
    const show = ({ key, reply }) => {
      const asked = `[data-page="${page}"][data-key="${CSS.escape(key)}"] [role=status]`;
      document.querySelectorAll(asked).forEach(status => { status.textContent = reply; });
    };
    document.addEventListener("hidden-layers-answer", forward);
    model.on("msg:custom", show);
    return () => document.removeEventListener("hidden-layers-answer", forward);
  },
};
