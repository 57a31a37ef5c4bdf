package audio

import (
	"bytes"
	"io"
	"log"
	"sync"
)

// flacRemark is how lines begin that the FLAC library writes to the standard logger for each frame of some rates: that its own tests
// have no such file.
var flacRemark = []byte("frame.Frame.parseHeader: The flac library test cases")

// silenced is held while remarks are kept from the standard logger, which all of the process share.
var silenced sync.Mutex

// silence keeps the library's remarks from the standard logger until the function that it returns is called. All else that is logged
// in the meantime comes through.
func silence() (end func()) {
	silenced.Lock()
	before := log.Writer()
	log.SetOutput(withoutRemarks{before})
	return func() {
		log.SetOutput(before)
		silenced.Unlock()
	}
}

type withoutRemarks struct{ io.Writer }

func (w withoutRemarks) Write(line []byte) (int, error) {
	if bytes.Contains(line, flacRemark) {
		return len(line), nil
	}
	return w.Writer.Write(line)
}
