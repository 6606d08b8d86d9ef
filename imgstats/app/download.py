"""A link in a notebook that hands a file over without a server of files."""

from __future__ import annotations

import anywidget
import traitlets

__all__ = ["Download"]

_SCRIPT = """
export default {
  render({ model, el }) {
    const link = document.createElement("a");
    link.className = "imgstats-download";
    let address = "";
    const show = () => {
      if (address) URL.revokeObjectURL(address);
      const data = model.get("data");
      link.hidden = !data || !data.byteLength;
      if (link.hidden) return;
      address = URL.createObjectURL(new Blob([data], { type: "text/html" }));
      link.href = address;
      link.download = model.get("name");
      link.textContent = model.get("words");
    };
    model.on("change:data", show);
    show();
    el.replaceChildren(link);
    return () => {
      model.off("change:data", show);
      if (address) URL.revokeObjectURL(address);
    };
  },
};
"""


class Download(anywidget.AnyWidget):
    """A link that saves a page; hidden while there is none.

    Parameters
    ----------
    data : bytes
        The page.
    name : str
        The name it is saved by.
    words : str
        What the link says.
    """

    _esm = _SCRIPT
    data = traitlets.Bytes().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
