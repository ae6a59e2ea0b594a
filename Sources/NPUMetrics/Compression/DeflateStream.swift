internal import CNPUZlib

/// Packs bytes into one stream with the header and checksum of zlib (RFC 1950), part by part.
@safe
struct DeflateStream: ~Copyable {
  /// On the heap, since zlib remembers the address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var room: [UInt8]
  /// What has been compressed so far.
  private(set) var output: [UInt8]

  /// Prepares for a stream of a level from 0 to 9; nil if zlib could not get the memory of about 300 KiB that it needs.
  init?(level: Int) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe cnpu_deflate_init(stream, Int32(level)) == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
    unsafe self.stream = unsafe stream
    room = [UInt8](repeating: 0, count: 64 << 10)
    output = []
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Compresses some bytes; the last ones end the stream.
  mutating func write(_ bytes: [UInt8], isLast: Bool) {
    unsafe bytes.withUnsafeBufferPointer { input in
      var taken = 0
      var isDone = false
      while !isDone {
        // zlib counts in 32 bits.
        let offered = min(bytes.count - taken, 1 << 30)
        let isFinal = isLast && taken + offered == bytes.count
        let produced = unsafe room.withUnsafeMutableBufferPointer { buffer in
          // zlib does not write to its input; its interface is older than const.
          unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { unsafe $0 + taken })
          unsafe stream.pointee.avail_in = UInt32(truncatingIfNeeded: offered)
          unsafe stream.pointee.next_out = buffer.baseAddress
          unsafe stream.pointee.avail_out = UInt32(truncatingIfNeeded: buffer.count)
          let status = unsafe deflate(stream, isFinal ? Z_FINISH : Z_NO_FLUSH)
          taken += unsafe offered - Int(stream.pointee.avail_in)
          // With room left in the output, zlib has nothing more to say about this input.
          isDone = unsafe isFinal ? status == Z_STREAM_END : taken == bytes.count && stream.pointee.avail_out > 0
          return unsafe buffer.count - Int(stream.pointee.avail_out)
        }
        output += room[..<produced]
      }
    }
  }
}
