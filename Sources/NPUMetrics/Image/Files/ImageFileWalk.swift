/// Follows the structure of an image file while its bytes come, in pieces of any size.
///
/// It holds no more of the file than the few bytes of a header, so that a file can be checked while it is saved.
package struct ImageFileWalk: Sendable {
  private let format: FileSignature
  private var grammar: any ImageFileGrammar
  private var step = ImageFileStep(collect: 0)
  private var collected: [UInt8] = []
  private var isEnded = false
  private var count = 0

  /// Begins a file; nil for a format that is not read.
  package init?(_ format: FileSignature) {
    switch format {
    case .png: grammar = PNGGrammar()
    case .jpeg: grammar = JPEGGrammar()
    case .webp: grammar = WebPGrammar()
    case .gif: grammar = GIFGrammar()
    case .bmp: grammar = BMPGrammar()
    default: return nil
    }
    self.format = format
    step = ImageFileStep(collect: grammar.headerLength)
  }

  /// Width and height, as soon as they were read.
  package var info: ImageFileInfo? {
    guard let (width, height) = grammar.size, width > 0, height > 0 else { return nil }
    return ImageFileInfo(format: format, width: width, height: height)
  }

  /// Takes the next bytes of the file.
  package mutating func take(_ bytes: Span<UInt8>) throws(ImageFileError) {
    count += bytes.count
    var place = 0
    while place < bytes.count, !isEnded {
      if step.skip > 0 {
        let passed = min(step.skip, bytes.count - place)
        place += passed
        step.skip -= passed
      } else if step.findsMark {
        while place < bytes.count, bytes[place] != 0xFF { place += 1 }
        guard place < bytes.count else { return }
        place += 1
        step.findsMark = false
      } else {
        while place < bytes.count, collected.count < step.collect {
          collected.append(bytes[place])
          place += 1
        }
      }
      try advance()
    }
  }

  /// Goes on to the next step of the grammar where this one is done.
  private mutating func advance() throws(ImageFileError) {
    guard step.skip == 0, !step.findsMark, collected.count == step.collect else { return }
    guard step.collect > 0 else { return isEnded = true }
    let read = collected
    collected.removeAll(keepingCapacity: true)
    do throws(ImageFileFault) {
      step = try grammar.next(read)
    } catch {
      throw ImageFileError(kind: .malformed, message: "The \(format.rawValue) is damaged: \(error.reason).")
    }
    if step.skip == 0, !step.findsMark, step.collect == 0 { isEnded = true }
  }

  /// Ends the file.
  ///
  /// - Returns: What its header says.
  /// - Throws: ``ImageFileError`` for a file that is cut off or holds no image.
  package func finish() throws(ImageFileError) -> ImageFileInfo {
    guard isEnded else {
      throw ImageFileError(
        kind: .truncated,
        message: "The \(format.rawValue) of \(count) bytes is cut off: it ends before \(grammar.endName).")
    }
    guard grammar.hasImage else {
      throw ImageFileError(kind: .malformed, message: "The \(format.rawValue) of \(count) bytes holds no image data.")
    }
    guard let info else {
      let size = grammar.size.map { "\($0.width)x\($0.height)" } ?? "missing"
      throw ImageFileError(
        kind: .malformed, message: "The \(format.rawValue) of \(count) bytes states no size of an image: it is \(size)."
      )
    }
    return info
  }
}

/// What the next bytes of a file are for: so many are passed over, then gathered for the grammar.
struct ImageFileStep {
  /// Bytes to pass over.
  var skip = 0
  /// Whether to pass over everything up to the next byte FF, that byte included.
  var findsMark = false
  /// Bytes to gather; the file is at its end where none are wanted.
  var collect: Int
}

/// A contradiction in a file.
struct ImageFileFault: Error {
  var reason: String
}

/// The structure of a format: a state machine over the bytes that it asks for.
protocol ImageFileGrammar: Sendable {
  /// How many bytes it wants first.
  var headerLength: Int { get }
  /// What the file ends with, for messages.
  var endName: String { get }
  /// Width and height; nil until they were read.
  var size: (width: Int, height: Int)? { get }
  /// Whether anything was seen that holds pixels.
  var hasImage: Bool { get }
  /// Takes the bytes that were asked for.
  mutating func next(_ bytes: [UInt8]) throws(ImageFileFault) -> ImageFileStep
}

extension [UInt8] {
  /// A number of some bytes, least first.
  func little(_ offset: Int, _ count: Int) -> Int {
    (0..<count).reversed().reduce(0) { $0 << 8 | Int(self[offset + $1]) }
  }

  /// A number of some bytes, greatest first.
  func big(_ offset: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 << 8 | Int(self[offset + $1]) }
  }

  /// Whether a text stands somewhere.
  func holds(_ text: String, at offset: Int) -> Bool { self[offset...].starts(with: text.utf8) }

  /// Four letters for messages.
  var shownName: String {
    prefix(4).map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "?" }.joined()
  }
}
