import NPUMetrics
internal import NPUServices

/// An image that an image service has made, with every pixel decoded.
struct CheckedImage: Sendable, Hashable {
  var pixels: PixelImage

  /// Decodes an image; one that is damaged or shows nothing fails the check, and one whose pixels cannot be decoded here
  /// leaves it open.
  init(_ image: GeneratedImage) throws {
    try Finding.presume(
      image.format == .png,
      "the pixels of \(image.format?.shown ?? "an unknown format") are not decoded here; have the service answer PNG")
    do throws(PNGError) {
      pixels = try image.decoded().pixels
    } catch {
      throw Finding.fail("the PNG of \(image.bytes.count) bytes cannot be decoded: \(error)")
    }
    try Finding.demand(!isUniform, "every pixel of the image of \(size) pixels is \(firstPixel): it shows nothing")
  }

  /// Whether all pixels are alike.
  private var isUniform: Bool {
    let (samples, channels) = (pixels.samples, pixels.channels)
    return samples.indices.dropFirst(channels).allSatisfy { samples[$0] == samples[$0 - channels] }
  }

  private var firstPixel: String { "\(Array(pixels.samples.prefix(pixels.channels)))" }

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

/// The size of an image that an image service has made, of any format whose header is read.
struct MeasuredImage: Sendable {
  var size: ImageCheckContext.ImageSize
  /// How well it is known, for messages.
  var note: String

  /// Measures an image; a PNG is decoded to its last pixel.
  init(_ image: GeneratedImage) throws {
    if image.format == .png {
      size = try CheckedImage(image).size
      note = "\(size) pixels"
      return
    }
    guard let found = image.size else {
      throw Finding.inconclusive("the response gives no image whose size could be read")
    }
    size = .init(width: found.width, height: found.height)
    note = "\(size) pixels by the header of the \(image.format?.shown ?? "file"), whose pixels are not decoded"
  }

  /// Ends the check as failed unless the image is as large as was asked.
  func demand(_ asked: ImageCheckContext.ImageSize) throws {
    try Finding.demand(size == asked, "the image is \(note), but \(asked) were asked for")
  }
}

extension ImageCheckContext {
  /// Has one image made and decodes it.
  func image(_ request: ImageRequest) async throws -> CheckedImage { try CheckedImage(try await made(request)) }

  /// Has one image made.
  func made(_ request: ImageRequest) async throws -> GeneratedImage {
    let answer = try await client.generate(request)
    guard let image = answer.images.first else { throw Finding.fail("the response holds no image") }
    return image
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
