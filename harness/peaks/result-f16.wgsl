alias ResultElement = f16;
