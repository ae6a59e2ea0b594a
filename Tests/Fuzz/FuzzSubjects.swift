import ArgumentParser

/// One thing that takes bytes from strangers.
protocol FuzzSubject {
  /// Makes an input, which depends on nothing but the generator and the corpus.
  func input(from mutator: inout FuzzMutator) -> [UInt8]
  /// Runs the code under test on an input; false if it refused the input. A broken promise stops the process.
  func execute(_ input: [UInt8]) -> Bool
}

/// All subjects; a new one is a case here and a type beside `PNGSubject`.
enum FuzzSubjects: String, CaseIterable, ExpressibleByArgument {
  case npuSMI = "npu-smi"
  case png
  case response
  case wav
  case text

  func make(corpus: FuzzCorpus) -> any FuzzSubject {
    switch self {
    case .npuSMI: NPUSMISubject(seeds: corpus.files(ending: ".txt"))
    case .png: PNGSubject(seeds: corpus.files(ending: ".png"))
    case .response: ResponseSubject(seeds: corpus.files(ending: ".sse"))
    case .wav: WAVSubject(seeds: corpus.files(ending: ".wav"))
    case .text: TextSubject(seeds: corpus.files(ending: ".txt"))
    }
  }
}
