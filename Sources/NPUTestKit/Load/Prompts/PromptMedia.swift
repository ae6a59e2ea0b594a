internal import NPUServices

/// The images and sounds that the entries of a file of prompts name, each read once.
struct PromptMedia {
  private let folder: String
  private let byteLimit: Int
  private let observe: (([UInt8]) -> Void)?
  private var bytes = 0
  /// The files that were read.
  private(set) var files = DatasetDescription.MediaFiles(count: 0, bytes: 0)
  private var parts: [Key: ContentPart] = [:]

  /// One file may be named as an image and as a sound.
  private struct Key: Hashable {
    var path: String
    var isSound: Bool
  }

  /// Media beside a file of prompts.
  ///
  /// - Parameters:
  ///   - datasetPath: The file of prompts.
  ///   - byteLimit: Most bytes of all media.
  ///   - observe: Gets every byte of the files in the order in which they are read.
  init(datasetPath: String, byteLimit: Int, observing observe: (([UInt8]) -> Void)?) {
    self.observe = observe
    folder = datasetPath.lastIndex(of: "/").map { String(datasetPath[...$0]) } ?? ""
    self.byteLimit = byteLimit
  }

  /// The parts of images, each a file or an address that a service can reach.
  mutating func images(_ names: [String]) throws -> [ContentPart] {
    try names.map { name in
      Self.isAddress(name) ? .imageURL(name) : try part(name, isSound: false) { try ContentPart.image($1, named: $0) }
    }
  }

  /// The parts of sounds.
  mutating func sounds(_ names: [String]) throws -> [ContentPart] {
    try names.map { name in
      Self.isAddress(name) ? .audioURL(name) : try part(name, isSound: true) { try ContentPart.audio($1, named: $0) }
    }
  }

  private mutating func part(
    _ name: String, isSound: Bool, _ make: (String, [UInt8]) throws -> ContentPart
  ) throws -> ContentPart {
    let path = name.hasPrefix("/") ? name : folder + name
    let key = Key(path: path, isSound: isSound)
    if let part = parts[key] { return part }
    let (file, part): ([UInt8], ContentPart)
    do {
      file = try MediaFile.read(path)
      part = try make(path, file)
    } catch let error as ServiceError {
      throw PromptError(kind: .malformedEntry, message: "A medium of the entry cannot be used: \(error.message).")
    }
    bytes += part.byteCount
    guard bytes <= byteLimit else {
      throw PromptError(
        kind: .entryTooLong,
        message: "The images and sounds up to here have more than \(byteLimit) bytes; raise the limit or use fewer.")
    }
    parts[key] = part
    files.count += 1
    files.bytes += file.count
    observe?(file)
    return part
  }

  private static func isAddress(_ name: String) -> Bool {
    ["http://", "https://", "data:"].contains { name.hasPrefix($0) }
  }
}

extension ContentPart {
  /// About how much memory a part holds.
  fileprivate var byteCount: Int {
    switch self {
    case .text(let text), .imageURL(let text, _), .videoURL(let text), .audioURL(let text), .inputAudio(let text, _),
      .imageEmbeds(let text), .audioEmbeds(let text), .refusal(let text), .thinking(let text):
      text.utf8.count
    case .other: 0
    }
  }
}
