"""What the ticket systems share: options, and a ticket's text in each product's markup."""
