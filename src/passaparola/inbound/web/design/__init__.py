"""What public pages load of a firm's design: style sheets, pictures, the pictures of previews. Kept by browsers for good."""
