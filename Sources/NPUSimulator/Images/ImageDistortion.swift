/// A known difference from the true image: noise, a share of another image, a shift.
///
/// All of it is whole numbers, so that the name of a file can hold it.
struct ImageDistortion: Sendable, Hashable {
  /// The standard deviation of the noise that belongs to the request, in thousandths.
  var noise = 0
  /// How much of the image is another one, in thousandths.
  var blend = 0
  /// By how many pixels it is moved to the right.
  var shift = 0
  /// The standard deviation of the noise that belongs to the moment, in thousandths.
  var runNoise = 0
  /// What decides that noise.
  var moment: UInt64 = 0

  /// The true image.
  init() {}

  /// What a behaviour makes of an image.
  ///
  /// - Parameters:
  ///   - images: The behaviour.
  ///   - origin: What decides the image.
  ///   - chance: What tells this request from all others.
  init(_ images: ImageBehaviour, origin: UInt64, chance: UInt64) {
    let isChosen = SplitMix64.unit(SplitMix64.mix(origin, 0x6469_7374)) < images.distortedShare
    if isChosen {
      noise = Int((images.noise * 1000).rounded())
      blend = Int((images.blend * 1000).rounded())
      shift = images.shift
    }
    runNoise = Int((images.runNoise * 1000).rounded())
    moment = runNoise > 0 ? chance : 0
  }

  /// The samples of an image with the distortion.
  func applied(to samples: [UInt8], of painter: ImagePainter) -> [UInt8] {
    var samples = samples
    if shift % painter.width != 0 { samples = shifted(samples, painter.width) }
    if blend > 0 {
      var other = painter
      other.origin = SplitMix64.mix(painter.origin, 0x626C_656E_64)
      other.distortion = ImageDistortion()
      samples = zip(samples, other.samples()).map { own, foreign in
        UInt8(clamping: (Int(own) * (1000 - blend) + Int(foreign) * blend) / 1000)
      }
    }
    let origin = SplitMix64.mix(painter.origin, UInt64(truncatingIfNeeded: painter.index))
    for (deviation, seed) in [(noise, 0x6E6F_6973_65), (runNoise, SplitMix64.mix(moment, 0x7275_6E))]
    where deviation > 0 {
      var noise = NearlyNormalNoise(seed: SplitMix64.mix(origin, seed), deviation: Double(deviation) / 1000)
      samples = samples.map { UInt8(clamping: Int((Double($0) + noise.next()).rounded())) }
    }
    return samples
  }

  private func shifted(_ samples: [UInt8], _ width: Int) -> [UInt8] {
    let (row, cut) = (3 * width, 3 * (width - shift % width))
    return stride(from: 0, to: samples.count, by: row).flatMap { start in
      samples[start + cut..<start + row] + samples[start..<start + cut]
    }
  }
}

extension ImageDistortion {
  /// What the name of a file says of it; nothing of the true image.
  var nameParts: [String] {
    self == ImageDistortion() ? [] : ["\(noise)", "\(blend)", "\(shift)", "\(runNoise)", String(moment, radix: 16)]
  }

  /// Reads such parts back.
  init?(nameParts parts: ArraySlice<some StringProtocol>) {
    self.init()
    guard !parts.isEmpty else { return }
    let numbers = parts.prefix(4).compactMap { Int($0) }
    guard parts.count == 5, numbers.count == 4, let last = parts.last, let moment = UInt64(last, radix: 16),
      (0...255_000).contains(numbers[0]), (0...1000).contains(numbers[1]), (0...8192).contains(numbers[2]),
      (0...255_000).contains(numbers[3])
    else { return nil }
    (noise, blend, shift, runNoise) = (numbers[0], numbers[1], numbers[2], numbers[3])
    self.moment = moment
  }
}
