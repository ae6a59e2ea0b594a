import NPUMetrics
internal import NPUServices

/// An image that an image service has made, with every pixel decoded.
struct CheckedImage: Sendable, Hashable {
  var pixels: PixelImage

  /// Decodes an image; one that is damaged or no PNG fails the check.
  init(_ image: GeneratedImage) throws {
    try Finding.demand(
      image.format == .png, "the image is \(image.format?.rawValue ?? "of an unknown format"), not PNG")
    do throws(PNGError) {
      pixels = try image.decoded().pixels
    } catch {
      throw Finding.fail("the PNG of \(image.bytes.count) bytes cannot be decoded: \(error)")
    }
  }

  /// Width and height.
  var size: ImageCheckContext.ImageSize { .init(width: pixels.width, height: pixels.height) }

  /// How much of it another image of the same size has otherwise, for messages.
  func difference(from other: CheckedImage) -> String {
    guard size == other.size, pixels.samples.count == other.pixels.samples.count else {
      return "\(size) and \(other.size) pixels"
    }
    let count = zip(pixels.samples, other.pixels.samples).lazy.filter { $0 != $1 }.count
    return "\(count) of \(pixels.samples.count) samples differ"
  }
}

extension ImageCheckContext {
  /// Has one image made and decodes it.
  func image(_ request: ImageRequest) async throws -> CheckedImage {
    let answer = try await client.generate(request)
    guard let image = answer.images.first else { throw Finding.fail("the response holds no image") }
    return try CheckedImage(image)
  }

  /// Has an image made in which one thing is otherwise.
  func image(seed: Int = 4711, _ change: (inout ImageRequest) throws -> Void = { _ in }) async throws
    -> CheckedImage
  {
    var request = request(seed: seed)
    try change(&request)
    return try await image(request)
  }
}
