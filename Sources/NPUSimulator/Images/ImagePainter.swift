internal import NPUMetrics

/// Paints images that follow from a prompt and a seed alone.
///
/// An image is a field of random colours on a coarse grid, with the colours between its points mixed: it has structure
/// at several scales, so that similarity measures have something to compare, and costs a few operations for each
/// sample. All of it is integer arithmetic: every machine paints the same samples.
struct ImagePainter: Sendable, Hashable {
  /// What decides the image: its prompt and its seed, mixed.
  var origin: UInt64
  /// Which of several images of one call this is.
  var index: Int
  var width: Int
  var height: Int
  /// By how much each sample may differ, 0 to 255.
  var perturbation: Int
  /// How the image differs from the true one beyond that.
  var distortion = ImageDistortion()

  private static let cell = 32

  /// Mixes a prompt and a seed.
  static func origin(_ prompt: String, _ seed: UInt64) -> UInt64 {
    SplitMix64.mix(SplitMix64.digest(prompt.utf8), seed)
  }

  /// The PNG file of the image.
  func png() -> [UInt8] {
    guard let image = try? PixelImage(width: width, height: height, channels: 3, samples: samples()),
      let file = try? image.pngEncoded(compressionLevel: 1, filter: .up)
    else { return [] }
    return file
  }

  /// The samples, row by row, three for each pixel.
  func samples() -> [UInt8] { distortion.applied(to: drawn(), of: self) }

  /// The samples without distortion.
  private func drawn() -> [UInt8] {
    let origin = SplitMix64.mix(origin, UInt64(truncatingIfNeeded: index))
    let columns = width / Self.cell + 2
    var noise = SplitMix64(seed: SplitMix64.mix(origin, 0x6E_7075))
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height * 3)
    var upper = row(0, columns, origin)
    var lower = row(1, columns, origin)
    for y in 0..<height {
      let down = y % Self.cell
      if y > 0, down == 0 {
        upper = lower
        lower = row(y / Self.cell + 1, columns, origin)
      }
      for x in 0..<width {
        let (point, across) = (x / Self.cell * 3, x % Self.cell)
        for channel in point..<point + 3 {
          let top = upper[channel] * (Self.cell - across) + upper[channel + 3] * across
          let bottom = lower[channel] * (Self.cell - across) + lower[channel + 3] * across
          var value = (top * (Self.cell - down) + bottom * down) / (Self.cell * Self.cell)
          if perturbation > 0 { value += noise.index(below: 2 * perturbation + 1) - perturbation }
          samples.append(UInt8(clamping: value))
        }
      }
    }
    return samples
  }

  /// The colours of the grid's points on one of its lines, three numbers each.
  private func row(_ line: Int, _ columns: Int, _ origin: UInt64) -> [Int] {
    var colors: [Int] = []
    for column in 0..<columns {
      let bits = SplitMix64.mix(origin, UInt64(line), UInt64(column))
      colors += [Int(bits & 0xFF), Int(bits >> 8 & 0xFF), Int(bits >> 16 & 0xFF)]
    }
    return colors
  }
}

extension ImagePainter {
  /// A file name that says everything about the image, so that nothing has to be kept to serve it later.
  var fileName: String {
    let parts = ["\(String(origin, radix: 16))-\(index)-\(width)x\(height)-\(perturbation)"] + distortion.nameParts
    return parts.joined(separator: "-") + ".png"
  }

  /// Reads such a name back.
  init?(fileName: some StringProtocol) {
    guard fileName.hasSuffix(".png") else { return nil }
    let parts = fileName.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, let distortion = ImageDistortion(nameParts: parts.dropFirst(4)),
      let origin = UInt64(parts[0], radix: 16), let index = Int(parts[1]),
      let perturbation = Int(parts[3])
    else { return nil }
    let sides = parts[2].split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2, sides.allSatisfy({ (1...8192).contains($0) }), (0...255).contains(perturbation),
      index >= 0
    else { return nil }
    self.init(
      origin: origin, index: index, width: sides[0], height: sides[1], perturbation: perturbation,
      distortion: distortion)
  }
}
