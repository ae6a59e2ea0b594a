internal import CNPUZlib

/// Unpacks one deflated stream, part by part, into room of the caller's size; released when it goes out of scope.
///
/// Nothing is unpacked beyond that room, so a stream that holds terabytes costs no more than the caller gives.
@safe
package struct InflateStream: ~Copyable {
  /// What stands around the deflated bytes (RFC 1951).
  package enum Wrapper: Sendable, Hashable, CaseIterable {
    /// A short header and a checksum (RFC 1950): PNG, `Content-Encoding: deflate`.
    case zlib
    /// The header and the checksum of a file (RFC 1952): `Content-Encoding: gzip`.
    case gzip
    /// Nothing: ZIP.
    case none

    /// What zlib takes for it: 0 is the window that the header declares, 15 the largest, 16 more is gzip.
    fileprivate var windowBits: Int32 {
      switch self {
      case .zlib: 0
      case .gzip: 16 + 15
      case .none: -15
      }
    }
  }

  /// How far the stream has come.
  package enum State: Sendable, Hashable {
    /// It goes on, once there is more input or more room.
    case open
    /// It has come to its proper end; what follows in the input is not part of it.
    case ended
    /// It is damaged, or no such stream, for the reason given.
    case damaged(String)
    /// zlib could not get the memory that it needs.
    case outOfMemory
  }

  /// What one call did.
  package struct Step: Sendable {
    /// How far the stream has come.
    package var state: State
    /// Bytes taken from the input.
    package var consumed: Int
    /// Bytes written to the output.
    package var produced: Int
  }

  /// On the heap, since zlib remembers the address.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Prepares for a stream; nil if zlib could not get the memory of about 50 KiB that it needs.
  package init?(_ wrapper: Wrapper) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe cnpu_inflate_init(stream, wrapper.windowBits) == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
    unsafe self.stream = unsafe stream
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Unpacks as far as input and room allow; zlib counts both in 32 bits, so larger ones are used in part.
  ///
  /// - Parameters:
  ///   - input: The next bytes of the stream.
  ///   - output: The room, which has an address even if it is empty.
  /// - Returns: What was done.
  package func inflate(_ input: Span<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Step {
    let offered = min(input.count, 1 << 30)
    let room = min(output.count, 1 << 30)
    return unsafe input.withUnsafeBufferPointer { input in
      // zlib does not write to its input; its interface is older than const.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(truncatingIfNeeded: offered)
      unsafe stream.pointee.next_out = output.baseAddress
      unsafe stream.pointee.avail_out = UInt32(truncatingIfNeeded: room)
      let status = unsafe CNPUZlib.inflate(stream, Z_NO_FLUSH)
      let state = state(after: status, isStarved: offered == 0 || room == 0)
      return unsafe Step(
        state: state, consumed: offered - Int(stream.pointee.avail_in), produced: room - Int(stream.pointee.avail_out))
    }
  }

  private func state(after status: Int32, isStarved: Bool) -> State {
    switch status {
    case Z_OK: return .open
    // No progress, of which there is none without input or without room.
    case Z_BUF_ERROR where isStarved: return .open
    case Z_STREAM_END: return .ended
    case Z_MEM_ERROR: return .outOfMemory
    case Z_NEED_DICT: return .damaged("it asks for a preset dictionary")
    default: return unsafe .damaged(stream.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib status \(status)")
    }
  }
}

extension InflateStream {
  /// Unpacks a stream that lies in memory as a whole.
  ///
  /// - Parameters:
  ///   - packed: The stream.
  ///   - wrapper: What stands around the deflated bytes.
  ///   - limit: The most bytes that are unpacked.
  /// - Returns: What was unpacked and how far that is: open if the stream is cut off or gives more than the limit.
  package static func unpack(
    _ packed: Span<UInt8>, _ wrapper: Wrapper, limit: Int
  ) -> (bytes: [UInt8], state: State) {
    guard let stream = InflateStream(wrapper) else { return ([], .outOfMemory) }
    var state = State.open
    // At least one, since zlib takes no empty room without an address.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(limit, 1)) { output, count in
      var taken = 0
      while state == .open {
        let room = unsafe UnsafeMutableBufferPointer(rebasing: output[count..<limit])
        let step = unsafe stream.inflate(packed.extracting(droppingFirst: taken), into: room)
        taken += step.consumed
        count += step.produced
        state = step.state
        if step.consumed == 0, step.produced == 0 { break }
      }
    }
    return (bytes, state)
  }
}
