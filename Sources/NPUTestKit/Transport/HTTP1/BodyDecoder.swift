internal import NPUBase
internal import NPUMetrics

/// Unpacks a body by its `Content-Encoding`, piece by piece: gzip and deflate, which servers send unasked.
@safe
final class BodyDecoder {
  enum Step {
    /// So many bytes of the room were filled.
    case piece(Int)
    /// Nothing comes before more input.
    case hungry
    /// The body is none of its encoding.
    case damaged
  }

  private enum Coding {
    case gzip, deflate, unknown
  }

  /// Holds what cannot be replaced in place.
  private final class Inflater {
    let stream: InflateStream

    init?(_ wrapper: InflateStream.Wrapper) {
      guard let stream = InflateStream(wrapper) else { return nil }
      self.stream = stream
    }
  }

  /// The encoding as the head names it.
  let encoding: String
  private let coding: Coding
  private var inflater: Inflater?
  private var hasEnded = false
  /// Whether the last call filled its room, so that there may be more without input.
  private var isFull = false

  /// Whether the body may end here: nothing has come, or the packed bytes say that they are over.
  var isAtEnd: Bool { hasEnded || inflater == nil }

  /// Creates a decoder; `nil` for a body that is not encoded.
  init?(_ encoding: String?) {
    guard let encoding else { return nil }
    switch encoding.lowercased() {
    case "", "identity", "none": return nil
    case "gzip", "x-gzip": coding = .gzip
    case "deflate": coding = .deflate
    default: coding = .unknown
    }
    self.encoding = encoding
  }

  /// Unpacks from a position of the input on, as far as the room allows.
  func decode(
    _ input: Span<UInt8>, at position: inout Int, into room: UnsafeMutableBufferPointer<UInt8>
  ) -> Step {
    guard !hasEnded else {
      position = input.count  // what follows the packed bytes is no part of the body
      return .hungry
    }
    guard position < input.count || isFull else { return .hungry }
    if inflater == nil {
      guard position < input.count, let wrapper = wrapper(for: input[position]) else { return .damaged }
      inflater = Inflater(wrapper)
    }
    guard let inflater else { return .damaged }
    let step = unsafe inflater.stream.inflate(input.extracting(position..<input.count), into: room)
    position += step.consumed
    isFull = step.produced == room.count
    switch step.state {
    case .open: break
    case .ended:
      hasEnded = true
      position = input.count
    case .damaged, .outOfMemory: return .damaged
    }
    return step.produced > 0 ? .piece(step.produced) : position < input.count ? .damaged : .hungry
  }

  /// What stands around the packed bytes, by the first of them: many servers leave out what deflate ought to have.
  private func wrapper(for first: UInt8) -> InflateStream.Wrapper? {
    switch coding {
    case .gzip: .gzip
    case .deflate: first & 0x0F == 8 ? .zlib : InflateStream.Wrapper.none
    case .unknown: nil
    }
  }

  /// What is said of a body whose framing is over before its packed bytes are.
  ///
  /// - Parameter encoding: The encoding as the head names it, cleaned of what must not be shown.
  /// - Returns: The message of the error.
  static func message(cutShort encoding: String) -> String {
    "the body ends in the middle of its Content-Encoding \"\(Excerpt.of(encoding, limit: 60))\": a part of it is missing"
  }

  /// What is said of a body that cannot be decoded.
  ///
  /// - Parameter encoding: The encoding as the head names it, cleaned of what must not be shown.
  /// - Returns: The message of the error.
  static func message(_ encoding: String) -> String {
    "the body cannot be decoded from its Content-Encoding \"\(Excerpt.of(encoding, limit: 60))\": "
      + "it is damaged, or of a kind that is not known here; configure the service to send it uncompressed"
  }
}
