package picture

import (
	"bytes"
	"encoding/binary"
)

// frame is what a JPEG's frame header says (ITU-T T.81, B.2.2).
type frame struct {
	progressive bool
	samples     float64 // of all components together, for each pixel
}

// Markers of T.81, table B.1.
const (
	markerSOF0 = 0xc0
	markerSOF1 = 0xc1
	markerSOF2 = 0xc2
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP1 = 0xe1
	markerTEM  = 0x01
	markerRST0 = 0xd0
)

// segments calls each with the segments of the picture, until it returns false or the picture ends. What is between two
// segments is skipped, as decoders do: fill bytes, and the data of a scan, where 0xff is followed by 0 or a restart.
func segments(data []byte, each func(marker byte, body []byte) bool) {
	for at := 0; at+4 <= len(data); {
		next := bytes.IndexByte(data[at:], 0xff)
		if next < 0 || at+next+4 > len(data) {
			return
		}
		at += next
		marker := data[at+1]
		switch {
		case marker == 0xff:
			at++
			continue
		case marker == 0 || marker == markerTEM || marker >= markerRST0 && marker <= markerSOI:
			at += 2 // these have no body
			continue
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == markerEOI || length < 2 || at+2+length > len(data) || !each(marker, data[at+4:at+2+length]) {
			return
		}
		at += 2 + length
	}
}

// scansOf counts how often a decoder goes over the picture; each time costs as much, however few bytes it takes.
func scansOf(data []byte) (n int) {
	segments(data, func(marker byte, _ []byte) bool {
		if marker == markerSOS {
			n++
		}
		return true
	})
	return n
}

// frameOf reads the frame header; ok is false without one.
func frameOf(data []byte) (f frame, ok bool) {
	segments(data, func(marker byte, body []byte) bool {
		if marker != markerSOF0 && marker != markerSOF1 && marker != markerSOF2 {
			return true
		}
		f.progressive = marker == markerSOF2
		f.samples, ok = samplesOf(body)
		return false
	})
	return f, ok
}

// samplesOf adds up the components' sampling factors, each relative to the largest.
func samplesOf(header []byte) (float64, bool) {
	const fixed, each = 6, 3
	if len(header) < fixed+each || len(header) < fixed+each*int(header[5]) {
		return 0, false
	}
	widest, highest, sum := 1, 1, 0
	for i := range int(header[5]) {
		factors := header[fixed+each*i+1]
		h, v := int(factors>>4), int(factors&15)
		widest, highest, sum = max(widest, h), max(highest, v), sum+h*v
	}
	return float64(sum) / float64(widest*highest), sum > 0
}
