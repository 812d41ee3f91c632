/* Searches the sections of all pages; sections.js, made with the site, has them. */
(function () {
  const root = document.currentScript.dataset.root;
  document.addEventListener('DOMContentLoaded', function () {
    const nav = document.querySelector('#leftColumn nav');
    if (!nav || !window.sections) {
      return;
    }
    const box = document.createElement('input');
    box.type = 'search';
    box.placeholder = 'Search';
    box.setAttribute('aria-label', 'Search the documents');
    const list = document.createElement('ul');
    list.className = 'nav nav-list search-results';
    nav.prepend(box, list);
    box.addEventListener('input', function () {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = words.length === 0 ? [] : window.sections
        .filter(([, title, text]) => words.every(word => (title + ' ' + text).toLowerCase().includes(word)))
        .sort((a, b) => inTitle(b[1], words) - inTitle(a[1], words))
        .slice(0, 12);
      list.replaceChildren(...found.map(([address, title]) => {
        const link = document.createElement('a');
        link.href = root + address;
        link.textContent = title;
        const item = document.createElement('li');
        item.append(link);
        return item;
      }));
    });
  });

  function inTitle(title, words) {
    return words.filter(word => title.toLowerCase().includes(word)).length;
  }
})();
