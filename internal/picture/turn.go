package picture

import "image"

// turned shows a square picture as the orientation wants it: where each pixel of the result comes from, by the table of
// CIPA DC-008, 4.6.5.1.6.
func turned(m *image.RGBA, orientation int) *image.RGBA {
	last := m.Bounds().Dx() - 1
	from := map[int]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return last - x, y },        // mirrored
		3: func(x, y int) (int, int) { return last - x, last - y }, // upside down
		4: func(x, y int) (int, int) { return x, last - y },        // upside down and mirrored
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, last - x },
		7: func(x, y int) (int, int) { return last - y, last - x },
		8: func(x, y int) (int, int) { return last - y, x },
	}[orientation]
	if from == nil {
		return m
	}
	out := image.NewRGBA(m.Bounds())
	for y := range last + 1 {
		for x := range last + 1 {
			fx, fy := from(x, y)
			out.SetRGBA(x, y, m.RGBAAt(fx, fy))
		}
	}
	return out
}
