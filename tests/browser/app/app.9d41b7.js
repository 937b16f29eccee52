// A single-page app of three pages: the path says which, whoever answered it.
const pages = {
  "/": ["Projects", "Everything that was built from what was in the box."],
  "/projects/42": ["Project 42", "A harbour crane with 612 parts."],
};
const [title, text] = pages[location.pathname] ?? ["Not found", `There is no page ${location.pathname}.`];
const page = document.getElementById("page");
page.innerHTML = "";
for (const [tag, content] of [["h1", title], ["p", text]]) {
  page.append(Object.assign(document.createElement(tag), { textContent: content }));
}
document.title = `${title} - LEGO MOCs`;
document.body.dataset.ready = location.href;
