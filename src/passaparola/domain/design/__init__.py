"""How a firm looks: colours that can be read, the choices of type and corners, the blocks of its pages."""
