// Package audio reads sound for models that hear: WAV and FLAC files become clips of one channel, which are brought to the rate of a
// model, cut into chunks, and written as the elements of a tensor.
//
//	clip, err := audio.Read("speech.flac")
//	clip, err = clip.Resample(8000)
//	for _, chunk := range clip.Chunks(2400) { // 300 ms
//		signal, err := audio.Encode("int32", chunk)
//	}
//
// The containers are read by libraries (golang.org/x/image/riff, github.com/mewkiz/flac); see [Clip.Resample] for what changing the rate
// does to the sound.
package audio
