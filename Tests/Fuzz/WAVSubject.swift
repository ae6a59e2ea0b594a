import NPUMetrics

/// The WAV reader, the writer, and what is measured on clips: mutated files, and files that are put together at random.
struct WAVSubject: FuzzSubject {
  /// Clips of more samples are not measured: a spectrogram holds far more numbers than its clip.
  private static let measured = 1 << 13

  private let seeds: [[UInt8]]

  init(seeds: [[UInt8]]) { self.seeds = seeds }

  func input(from mutator: inout FuzzMutator) -> [UInt8] {
    guard let seed = mutator.pick(seeds), !mutator.once(in: 2) else {
      let made = RandomWAV.make(from: &mutator)
      return mutator.once(in: 2) ? made : mutator.mutate(made)
    }
    return mutator.mutate(seed)
  }

  func execute(_ input: [UInt8]) -> Bool {
    _ = FileSignature(of: input)
    let files: [WAVFile]
    do throws(AudioError) {
      files = try WAVFile.files(in: input)
    } catch {
      precondition(!error.message.isEmpty && !error.shortDescription.isEmpty, "A refusal does not say why.")
      return false
    }
    precondition(!files.isEmpty, "Bytes without a file were read.")
    var end = 0
    for file in files {
      check(file, of: input, after: end)
      end = file.dataRange.upperBound
    }
    if let clip = try? AudioClip(wav: input) {
      precondition(clip.frameCount == files.first?.frameCount, "A clip and its file differ in length.")
      if clip.samples.count <= Self.measured { check(clip) }
    }
    return true
  }

  private func check(_ file: WAVFile, of input: [UInt8], after end: Int) {
    precondition(file.dataRange.lowerBound >= end + 12 || file.dataRange.isEmpty, "Files share their samples.")
    precondition(file.dataRange.upperBound <= input.count, "Samples lie beyond the end.")
    precondition(file.frameCount * file.format.bytesPerFrame == file.dataRange.count, "A frame is cut.")
    precondition(file.seconds.isFinite && file.seconds >= 0 && file.duration >= .zero, "A length is no time.")
    precondition(file.notices.count < 64 && file.notices.allSatisfy { !$0.description.isEmpty })
    guard let samples = try? file.samples(of: input), let doubles = try? file.doubleSamples(of: input) else {
      preconditionFailure("Samples within a file could not be decoded.")
    }
    precondition(samples.count == file.frameCount * file.format.channels && doubles.count == samples.count)
    for (index, sample) in samples.enumerated() {
      precondition(Float(doubles[index]).isIdentical(to: sample), "Single and double precision differ.")
    }
    let half = 0..<file.frameCount / 2
    guard let part = try? file.samples(of: input, frames: half) else {
      preconditionFailure("The first half of a file could not be decoded.")
    }
    precondition(zip(part, samples).allSatisfy { $0.isIdentical(to: $1) }, "A part differs from the whole.")
  }

  private func check(_ clip: AudioClip) {
    if let levels = try? AudioLevels(clip) {
      precondition(levels.samples + levels.notFinite == clip.samples.count && levels.clipped <= levels.samples)
      // Squares of doubles near the greatest float do not overflow, so this holds for every clip.
      precondition(levels.rms <= levels.peak * (1 + 1e-12) && levels.rms >= 0, "RMS is above the peak.")
    }
    if let silence = try? SilenceProfile(clip) {
      precondition((0...1).contains(silence.ratio) && silence.longest <= clip.duration, "Silence exceeds the clip.")
    }
    // The frames of a very high rate are a million samples long, which takes the time of a thousand other inputs.
    if clip.sampleRate <= 200_000 || clip.samples.count % 64 == 0,
      let distance = try? LogMelDistance(reference: clip, candidate: clip)
    {
      precondition(distance.distance == 0 && distance.distanceToTheEnd == 0, "A clip differs from itself.")
    }
    if let file = try? clip.wav(.float32) {
      guard let again = try? AudioClip(wav: file) else { preconditionFailure("A written clip cannot be read.") }
      precondition(zip(again.samples, clip.samples).allSatisfy { $0.isIdentical(to: $1) }, "Float changed in a file.")
    }
    if let file = try? clip.wav(.pcm16) {
      let twice = try? AudioClip(wav: file).wav(.pcm16)
      precondition(twice == file, "16 bits changed on the second way through a file.")
    }
  }
}

extension Float {
  /// Equal bits, or both not a number: a signalling NaN becomes a quiet one on its way through a register.
  fileprivate func isIdentical(to other: Float) -> Bool {
    bitPattern == other.bitPattern || isNaN && other.isNaN
  }
}
