alias ResultElement = f32;
