package picture

import (
	"bytes"
	"encoding/binary"
)

// orientationOf reads how a JPEG wants to be turned, from the tag Orientation of its Exif data (CIPA DC-008, 4.6.5.1.6):
// 1 to 8, and 1 where there is none or it makes no sense.
func orientationOf(data []byte) int {
	orientation := 1
	segments(data, func(marker byte, body []byte) bool {
		tiff, isExif := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if marker == markerAPP1 && isExif {
			orientation = orientationIn(tiff)
			return false
		}
		return marker != markerSOS
	})
	return orientation
}

const tagOrientation, typeShort = 0x0112, 3

// orientationIn looks through the first directory of a TIFF structure.
func orientationIn(tiff []byte) int {
	order, ok := orderOf(tiff)
	if !ok {
		return 1
	}
	const header, entry = 2, 12
	at := uint64(order.Uint32(tiff[4:]))
	if at+header > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+header:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(entries) >= entry; n-- {
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort {
			if value := order.Uint16(entries[8:]); value >= 1 && value <= 8 {
				return int(value)
			}
			return 1
		}
		entries = entries[entry:]
	}
	return 1
}

func orderOf(tiff []byte) (binary.ByteOrder, bool) {
	if len(tiff) < 8 {
		return nil, false
	}
	switch string(tiff[:4]) {
	case "II*\x00":
		return binary.LittleEndian, true
	case "MM\x00*":
		return binary.BigEndian, true
	}
	return nil, false
}
