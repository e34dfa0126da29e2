"""How pages look: one style sheet, in the page itself, so that nothing is fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib

CSS = """
html {
  color-scheme: light dark;
  --ground: #fbfaf7; --card: #ffffff; --ink: #22252a; --soft: #5a6069; --line: #e2ded5;
  --accent: #a8420f; --accent-ink: #ffffff; --code: #f3f0e9;
}
@media (prefers-color-scheme: dark) {
  html {
    --ground: #16181c; --card: #1e2126; --ink: #e8e6e1; --soft: #a5abb5; --line: #343942;
    --accent: #ffb084; --accent-ink: #2a1204; --code: #262a31;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
.page { max-width: 44rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
a:focus-visible, summary:focus-visible, input:focus-visible, .skip:focus {
  outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 3px;
}
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 6vw, 2.6rem); letter-spacing: -.02em; margin: 0 0 .5rem; }
h1 a, .entry h3 a { color: inherit; text-decoration: none; }
h1 a:hover, .entry h3 a:hover { text-decoration: underline; text-decoration-color: var(--accent); }
h2 { font-size: 1.25rem; margin: 0 0 .75rem; }
p { margin: 0 0 1rem; }
.lead { font-size: 1.15rem; color: var(--soft); }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: 1.5rem; margin: 2rem 0 2.75rem;
}
.card > :last-child { margin-bottom: 0; }
.addresses { display: grid; gap: .9rem; margin: 0 0 1.25rem; padding: 0; list-style: none; }
.address { display: grid; gap: .3rem .75rem; grid-template-columns: 1fr auto; align-items: center; }
.address label { grid-column: 1 / -1; font-weight: 600; font-size: .95rem; }
.address small { font-weight: 400; color: var(--soft); font-size: .875rem; }
.address input {
  width: 100%; min-width: 0; min-height: 44px; padding: .55rem .8rem; font: .9rem/1.4 ui-monospace, SFMono-Regular,
  Menlo, Consolas, "Liberation Mono", monospace; color: var(--ink); background: var(--code);
  border: 1px solid var(--line); border-radius: 9px; user-select: all; -webkit-user-select: all;
}
.button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 44px; padding: .4rem 1rem;
  border-radius: 9px; background: var(--accent); color: var(--accent-ink); font-weight: 600; text-decoration: none;
}
.button:hover { filter: brightness(1.08); text-decoration: underline; }
.address .button { min-width: 10.5rem; }
.plain { background: transparent; color: var(--ink); border: 1px solid var(--line); font-weight: 500; }
.readers { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1.25rem; padding: 0; list-style: none; }
.readers .button { font-size: .95rem; padding: .3rem .85rem; }
.hint { color: var(--soft); font-size: .95rem; }
details { border-top: 1px solid var(--line); padding-top: 1rem; }
summary { cursor: pointer; font-weight: 600; min-height: 32px; }
details > :not(summary) { margin-top: .75rem; }
.entries { list-style: none; margin: 0; padding: 0; }
.entry { padding: 1.15rem 0; border-top: 1px solid var(--line); }
.entry h3 { font-size: 1.15rem; margin: 0 0 .2rem; }
.entry p { margin: .35rem 0 0; }
.meta { color: var(--soft); font-size: .9rem; }
nav { margin-top: 2.75rem; }
.others { display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; list-style: none; margin: 0; padding: 0; }
footer {
  margin-top: 3rem; padding-top: 1.25rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem;
}
article.post { margin-top: 1.5rem; }
.e-content { overflow-x: auto; margin: 0 -.5rem; padding: 0 .5rem; }
article.post img, article.post video { max-width: 100%; height: auto; border-radius: 6px; }
article.post audio { width: 100%; }
article.post pre {
  white-space: pre-wrap; background: var(--code); border: 1px solid var(--line); border-radius: 9px;
  padding: .9rem 1rem; font-size: .9rem; line-height: 1.5;
}
article.post code {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .92em;
}
article.post :not(pre) > code { background: var(--code); padding: .1em .3em; border-radius: 4px; }
article.post blockquote {
  margin: 0 0 1rem; padding: .1rem 0 .1rem 1.1rem; border-left: 3px solid var(--accent); color: var(--soft);
}
article.post table { border-collapse: collapse; margin: 0 0 1.25rem; overflow-wrap: normal; }
article.post th, article.post td { border: 1px solid var(--line); padding: .35rem .7rem; text-align: left; }
article.post hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
.tags { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 1.5rem 0 0; padding: 0; }
.tags li { background: var(--code); border-radius: 99px; padding: .1rem .7rem; font-size: .875rem; color: var(--soft); }
article.post h2, article.post h3 { margin: 2rem 0 .6rem; }
@media (max-width: 30rem) {
  article.post table { overflow-wrap: anywhere; font-size: .95rem; }
  .page { padding-top: 1.5rem; }
  .card { padding: 1.1rem; }
  .address { grid-template-columns: 1fr; }
}
@media print { .card, .skip { display: none; } }
"""

# Content Security Policy, source expressions by hash: this style sheet, and no other.
STYLE_HASH = "'sha256-" + base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode() + "'"
