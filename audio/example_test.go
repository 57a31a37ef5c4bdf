package audio_test

import (
	"fmt"

	"github.com/trtbench/trtbench/audio"
)

func Example() {
	clip, err := audio.Read("testdata/voice-16k.flac")
	if err != nil {
		fmt.Println(err)
		return
	}
	speech, err := clip.Resample(8000)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(speech.Source, "→", speech.Rate, "Hz,", speech.Duration())
	for _, chunk := range speech.Chunks(2400) {
		signal, err := audio.Encode("int32", chunk)
		fmt.Println(len(signal), "bytes", err)
	}
	// Output:
	// FLAC, 16000 Hz, 1 channel, 16 bits → 8000 Hz, 1s
	// 9600 bytes <nil>
	// 9600 bytes <nil>
	// 9600 bytes <nil>
	// 9600 bytes <nil>
}
