"""Follows every link between the pages of the book, to its heading: links.py FOLDER"""

import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            elif name in ("id", "name") and value:
                self.anchors.add(value)


def main(folder):
    root = pathlib.Path(folder).resolve()
    pages = {path: Page(path.read_text()) for path in root.rglob("*.html")}
    count, dead = 0, []
    for path, page in pages.items():
        # The page for an address that is not there has its links from the root.
        if path.name == "404.html":
            continue
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            known = pages.get(target)
            if not target.exists() or (parts.fragment and known and parts.fragment not in known.anchors):
                dead.append(f"{path.relative_to(root)}: {link}")
    print(f"passed: {len(pages)} pages, {count} links" if not dead else "\n".join(dead))
    sys.exit(bool(dead) or len(pages) < 50)


main(sys.argv[1])
