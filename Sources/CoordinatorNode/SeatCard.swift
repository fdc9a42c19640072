import Packing
import WireProtocol

/// What whoever has or wants the seat tells the others about himself: his address, and while his
/// key is changed the one that is to come behind it. A program that knows of one reads the first.
extension PeerAddress {
  /// The most addresses of one coordinator.
  private static let mostOnCard = 2

  /// Addresses as the seat's card.
  static func seatCard(of addresses: [PeerAddress]) -> [UInt8] {
    var writer = ByteWriter()
    for address in addresses { address.pack(into: &writer) }
    return writer.bytes
  }

  /// The addresses on a card, none where it is none.
  static func list(seatCard bytes: [UInt8]) -> [PeerAddress] {
    var reader = ByteReader(bytes)
    var found: [PeerAddress] = []
    while reader.left > 0, found.count < mostOnCard,
      let address = try? PeerAddress(from: &reader)
    {
      found.append(address)
    }
    return found
  }
}
