public import NPUBase
public import NPUTransport

/// The images that a service answered with.
public struct ImageResponse: Sendable, Hashable {
  /// How the images came.
  public enum Form: String, Sendable, Hashable, Codable, CaseIterable {
    /// The response is the file of the one image.
    case file
    /// A JSON list of images in Base64, or of their addresses.
    case json
    /// A ZIP archive of image files.
    case zip
  }

  /// The images, in the service's order.
  public var images: [GeneratedImage]
  /// How they came.
  public var form: Form
  /// The media type that the service gave; the images are recognised by their bytes whatever it says.
  public var mediaType: String
  /// When the service says it made them, in seconds since 1970.
  public var created: Int?
  /// Every other field of a JSON response.
  public var extras: [String: JSONValue]
  /// What the transport measured.
  public var transfer: TransferMetrics
  /// When each step of the exchange happened; the end is that of the last fetch where images came from addresses.
  public var instants: TransferInstants

  /// Creates a response.
  public init(
    images: [GeneratedImage], form: Form, mediaType: String = "", created: Int? = nil,
    extras: [String: JSONValue] = [:], transfer: TransferMetrics = TransferMetrics(),
    instants: TransferInstants = TransferInstants()
  ) {
    self.images = images
    self.form = form
    self.mediaType = mediaType
    self.created = created
    self.extras = extras
    self.transfer = transfer
    self.instants = instants
  }

  /// Bytes of all image files.
  public var byteCount: Int { images.reduce(0) { $0 + $1.bytes.count } }
}

/// What a response must hold.
struct ImageExpectation: Sendable, Hashable {
  var count: Int?
  var width: Int?
  var height: Int?

  /// The most bytes that the images can take: in Base64, with four samples a pixel and no compression.
  var bodyBytes: Int {
    var each = TransferLimits.imageBytes
    // Sizes are the caller's and may be meant to be refused.
    if let width, let height, (0...16_384).contains(width), (0...16_384).contains(height) {
      each = max(each, width * height * 6 + (1 << 20))
    }
    return each * min(max(1, count ?? 1), 32)
  }

  /// Throws unless the images are as many and as large as was asked; one that nobody has fetched has no size yet.
  func check(_ images: [GeneratedImage]) throws {
    if let count, images.count != count {
      throw ServiceError(
        kind: .unexpectedContent,
        message: "\(count) images were asked for and \(images.count) came; the service may ignore the number")
    }
    for (index, image) in images.enumerated() {
      guard let size = image.size else { continue }
      guard size.width == width ?? size.width, size.height == height ?? size.height else {
        throw ServiceError(
          kind: .unexpectedContent,
          message: "image \(index) is \(size.width)x\(size.height) pixels, but \(width.map { "\($0)" } ?? "any")x"
            + "\(height.map { "\($0)" } ?? "any") were asked for")
      }
    }
  }
}

extension ImageRequest {
  /// What the response must hold; a service that is not told a number makes one image.
  var expectation: ImageExpectation { ImageExpectation(count: count ?? 1, width: width, height: height) }
}
