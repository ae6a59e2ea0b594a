import NPUMetrics

/// The PNG decoder: mutated files, and files that are put together at random with valid checksums.
struct PNGSubject: FuzzSubject {
  /// Small, so that an allocation beyond them shows.
  private static let limits = PNGLimits(maximumSide: 100_000, maximumPixels: 1 << 20, maximumBytes: 8 << 20)

  private let seeds: [[UInt8]]

  init(seeds: [[UInt8]]) { self.seeds = seeds }

  func input(from mutator: inout FuzzMutator) -> [UInt8] {
    guard let seed = mutator.pick(seeds), !mutator.once(in: 3) else {
      let made = RandomPNG.make(from: &mutator)
      return mutator.once(in: 2) ? made : mutator.mutate(made)
    }
    // Behind the checksums lies most of the decoder, so they are often made right again.
    let mutated = mutator.mutate(seed)
    return mutator.once(in: 3) ? mutated : RandomPNG.repaired(mutated)
  }

  func execute(_ input: [UInt8]) -> Bool {
    if let info = try? PNGInfo(decoding: input) { precondition(info.width > 0 && info.height > 0) }
    guard let image = try? PNGImage(decoding: input, limits: Self.limits) else { return false }
    let pixels = image.pixels
    precondition(pixels.samples.count == image.info.width * image.info.height * image.channels)
    precondition(image.pixels16.reduced == pixels, "8 bits and reduced 16 bits differ.")
    precondition(pixels.rgba.samples.count == 4 * pixels.pixelCount)
    guard pixels.pixelCount <= 1 << 14 else { return true }
    guard let file = try? pixels.pngEncoded(compressionLevel: 1), let again = try? PNGImage(decoding: file) else {
      preconditionFailure("An image of \(pixels.width)x\(pixels.height) could not be encoded and decoded.")
    }
    precondition(again.pixels == pixels, "An image changed on the way through a file.")
    return true
  }
}
