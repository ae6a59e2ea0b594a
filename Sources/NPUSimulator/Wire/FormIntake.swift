internal import NIOCore

/// A form with one file, of which no more is kept than a response needs, however long the file is.
struct FormIntake: Sendable {
  /// The file of a form.
  struct File: Sendable {
    var field: String
    var fileName: String?
    var contentType: String?
    /// All bytes that came.
    var size = 0
    /// What the content is known by.
    var digest = ContentDigest()
    /// The beginning of the content, up to a limit.
    var start: [UInt8] = []
  }

  /// Longer fields are cut.
  private static let fieldLimit = 65_536
  private static let fieldCount = 128

  private(set) var fields: [(name: String, value: [UInt8])] = []
  private(set) var file: File?
  /// Why the body could not be read.
  private(set) var malformed: String?
  /// All bytes of the body.
  private(set) var size = 0

  private enum Place {
    case nowhere, field, file
  }

  private var reader: MultipartReader
  private var place = Place.nowhere

  /// - Returns: Nothing if the content type is not that of a form.
  init?(contentType: String) {
    guard let boundary = MultipartReader.boundary(ofContentType: contentType) else { return nil }
    reader = MultipartReader(boundary: boundary)
  }

  /// The text of a field; the last one wins.
  func text(_ name: String) -> String? {
    fields.last { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  /// Takes the next piece of the body.
  mutating func take(_ piece: ByteBuffer) {
    size += piece.readableBytes
    guard malformed == nil else { return }
    var reader = reader
    do throws(MultipartReader.Malformed) {
      try reader.feed(piece.readableBytesView) { take($0) }
    } catch {
      malformed = error.reason
    }
    self.reader = reader
  }

  /// Takes the end of the body.
  mutating func end() {
    if malformed == nil, !reader.isComplete { malformed = "the form ends before its last delimiter" }
  }

  private mutating func take(_ event: MultipartReader.Event) {
    switch event {
    case .part(let name, let fileName, let contentType):
      if fileName != nil || contentType != nil, file == nil {
        place = .file
        file = File(field: name, fileName: fileName, contentType: contentType)
      } else if fileName == nil, fields.count < Self.fieldCount {
        place = .field
        fields.append((name, []))
      } else {
        place = .nowhere
      }
    case .data(let bytes):
      switch place {
      case .nowhere: break
      case .field:
        guard let last = fields.indices.last else { return }
        fields[last].value += bytes.prefix(max(0, Self.fieldLimit - fields[last].value.count))
      case .file:
        file?.size += bytes.count
        file?.digest.update(bytes)
        let room = AudioBehaviour.heardBytes - (file?.start.count ?? 0)
        if room > 0 { file?.start += bytes.prefix(room) }
      }
    case .endOfPart: place = .nowhere
    }
  }
}
