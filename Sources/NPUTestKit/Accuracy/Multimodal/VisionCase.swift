public import NPUBase
internal import NPUDigest
internal import NPUServices

/// A question about an image, with the words that a right response names where they are known.
public struct VisionCase: AskedCase {
  /// The identity of the case.
  public var id: String
  /// What is asked.
  public var question: String
  /// The words that a right response names, all of them; empty where nobody knows.
  public var keywords: [String]
  /// The SHA-256 of the image, in hexadecimal digits.
  public var digest: String
  /// The file; nil for a case out of a recording, which holds the digest alone.
  public var image: [UInt8]?

  /// Creates a case.
  ///
  /// - Parameters:
  ///   - id: The identity of the case.
  ///   - question: What is asked.
  ///   - image: The file of the image.
  ///   - keywords: The words that a right response names.
  public init(id: String, question: String, image: [UInt8], keywords: [String] = []) {
    self.id = id
    self.question = question
    self.keywords = keywords
    self.image = image
    digest = ContentDigest.text(of: image)
  }

  /// What the case asks, as a recording holds it.
  public var request: JSONValue {
    [
      "image_sha256": .string(digest), "question": .string(question),
      "keywords": .array(keywords.map { .string($0) }),
    ]
  }

  /// Reads a case out of a recording.
  public init(_ recorded: RecordedCase) throws(AccuracyError) {
    let request = recorded.request
    guard let question = request["question"]?.string else { throw .malformed(recorded, lacking: "question") }
    guard let digest = request["image_sha256"]?.string else { throw .malformed(recorded, lacking: "image_sha256") }
    id = recorded.id
    self.question = question
    self.digest = digest
    keywords = request["keywords"]?.array?.compactMap(\.string) ?? []
  }

  /// The cases of a file: a JSON object a line with `image` (a file beside it), `question`, and as wanted `id` and
  /// `keywords`, or `expected_keyword` as the guides have it.
  ///
  /// - Parameter path: The file; the paths of images are taken from its folder.
  /// - Returns: The cases; one without an identity has the number of its line.
  /// - Throws: ``AccuracyError`` that names the line.
  public static func cases(contentsOf path: String) throws(AccuracyError) -> [VisionCase] {
    let folder = Folder.containing(path)
    return try CaseLines.read(path) { (file, line) throws(AccuracyError) -> VisionCase in
      guard let question = line.object["question"]?.string, let name = line.object["image"]?.string else {
        throw file.fault(
          "the case lacks question or image; write {\"image\": \"a.png\", \"question\": \"…\"}", line)
      }
      let image: [UInt8]
      do throws(ServiceError) { image = try MediaFile.read(name.hasPrefix("/") ? name : folder + "/" + name) } catch {
        throw file.fault("the image cannot be read: \(Excerpt.of("\(error)"))", line)
      }
      var keywords = try file.texts("keywords", of: line)
      if keywords.isEmpty { keywords = try file.texts("expected_keyword", of: line) }
      return VisionCase(id: try file.name(of: line), question: question, image: image, keywords: keywords)
    }
  }
}
