internal import NPUBase
public import NPUServices

/// The media that stand before the texts of prompts: the same each time, some of several in turn, or new ones.
///
/// A service may keep what its encoder made of an image and skip the work when the image comes again; a load that sends
/// one image measures that. Several images in turn delay it, and images made anew prevent it.
public struct MediaSupply: Sendable {
  private enum Images: Sendable {
    case given([ContentPart])
    case made(width: Int, height: Int, seed: UInt64)
  }

  private let images: Images
  private let others: [ContentPart]
  private let imagesPerPrompt: Int
  /// The files that the media were read from, for reports.
  public var files: DatasetDescription.MediaFiles?

  /// Media that are given.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - others: What stands behind the images of every prompt, such as sounds.
  ///   - imagesPerPrompt: How many images go with each prompt, in turn; `nil` sends all with each.
  public init(images: [ContentPart], others: [ContentPart] = [], imagesPerPrompt: Int? = nil) {
    self.images = .given(images)
    self.others = others
    self.imagesPerPrompt = images.isEmpty ? 0 : max(1, imagesPerPrompt ?? images.count)
  }

  /// Images that are made, no two of them alike.
  ///
  /// - Parameters:
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  ///   - seed: Decides the images.
  ///   - others: What stands behind the images of every prompt.
  ///   - imagesPerPrompt: How many images go with each prompt.
  /// - Throws: `ImageError` for a size out of range.
  public init(
    madeImagesOfWidth width: Int, height: Int, seed: UInt64, others: [ContentPart] = [], imagesPerPrompt: Int = 1
  ) throws {
    _ = try TestImage.solid(.white, width: width, height: height)
    images = .made(width: width, height: height, seed: seed)
    self.others = others
    self.imagesPerPrompt = max(1, imagesPerPrompt)
  }

  /// Whether there is nothing to send.
  public var isEmpty: Bool { imagesPerPrompt == 0 && others.isEmpty }

  /// What a report says of the media; `nil` if there are none.
  var description: DatasetDescription.Media? {
    guard !isEmpty else { return nil }
    let perPrompt = imagesPerPrompt + others.count
    switch images {
    case .given(let images): return .init(distinct: Set(images + others).count, perPrompt: perPrompt)
    case .made: return .init(distinct: nil, perPrompt: perPrompt)
    }
  }

  /// The media of a prompt.
  ///
  /// - Parameter index: The number of the prompt in the load.
  /// - Returns: The parts of a message.
  /// - Throws: `PNGError` when memory is out.
  func parts(at index: Int) throws -> [ContentPart] {
    let places = (0..<imagesPerPrompt).map { index &* imagesPerPrompt &+ $0 }
    switch images {
    case .given(let images):
      return places.map { images[Int(UInt(bitPattern: $0) % UInt(images.count))] } + others
    case .made(let width, let height, let seed):
      return try places.map { place in
        let own = SeedStream.images.seed(from: seed, item: place)
        return .image(try TestImage.mosaic(seed: own, width: width, height: height).png())
      } + others
    }
  }
}

extension MediaSupply: ExpressibleByArrayLiteral {
  /// The same media with every prompt, in their order.
  public init(arrayLiteral elements: ContentPart...) { self.init(images: elements) }
}
