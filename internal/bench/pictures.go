package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/keyhall/keyhall/internal/picture"
)

// pictures compares what the worker does with a photo of twelve megapixels with decoding it, and tells how much memory that takes.
// A process of its own does it, on the core of whoever is measured.
func pictures(ctx context.Context, s *stage, t *table) error {
	file := filepath.Join(s.dir, "photo.jpg")
	data, err := photo()
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, self, "picture", file)
	cmd.Env, cmd.Stdout, cmd.Stderr = []string{placed + "=yes"}, &said, os.Stderr
	s.awaitQuiet(ctx)
	ended, err := startOn(ownCore(), cmd)
	if err != nil {
		return err
	}
	<-ended
	var decode, squares time.Duration
	var idle, peak float64
	if _, err := fmt.Sscan(said.String(), (*int64)(&decode), (*int64)(&squares), &idle, &peak); err != nil {
		return fmt.Errorf("the process with the picture said %q: %w", said.String(), err)
	}
	factor := float64(squares) / float64(decode)
	t.add("a JPEG of 12 megapixels to three sizes, of decoding it by image/jpeg", short(decode), short(squares), fmt.Sprintf("%.2f ×", factor), "≤ 1.4 ×", factor <= 1.4, "")
	t.add("the same, memory of the process at its peak above idle", fmt.Sprintf("%.0f MiB", idle), fmt.Sprintf("%.0f MiB", peak), fmt.Sprintf("+ %.0f MiB", peak-idle), "≤ 80 MB", peak-idle <= 80e6/(1<<20), "")
	return nil
}

// photo is a noisy JPEG as phones make them: 4:2:0, some 3 MB.
func photo() ([]byte, error) {
	m := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	r := rand.New(rand.NewPCG(3, 4))
	for i := range m.Y {
		m.Y[i] = byte(128 + 64*math.Sin(float64(i%4000)/300) + float64(r.Uint32()%16))
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = byte(i/2000), byte(i%2000/8)
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 85})
	return out.Bytes(), err
}

// alone is the role "picture": it prints the middle times of decoding and of making squares, and the memory before and at the peak.
// The peak is that of a worker's first picture; only afterwards it is decoded as a whole, which takes far more.
func alone(args []string) error {
	data, err := os.ReadFile(filepath.Clean(args[0]))
	if err != nil {
		return err
	}
	squares := func() error {
		_, err := picture.Make(context.Background(), data, 64, 256, 512)
		return err
	}
	idle := rss(os.Getpid())
	if err := squares(); err != nil {
		return err
	}
	peak := highest(os.Getpid())
	var decoding, making []time.Duration
	for range 7 {
		began := time.Now()
		if _, err := jpeg.Decode(bytes.NewReader(data)); err != nil {
			return err
		}
		decoding, began = append(decoding, time.Since(began)), time.Now()
		if err := squares(); err != nil {
			return err
		}
		making = append(making, time.Since(began))
	}
	fmt.Println(int64(median(decoding)), int64(median(making)), idle, peak)
	return nil
}
