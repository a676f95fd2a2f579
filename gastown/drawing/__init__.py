"""Drawing: pictures made of boxes and words, as SVG or PNG, with nothing beside them."""
