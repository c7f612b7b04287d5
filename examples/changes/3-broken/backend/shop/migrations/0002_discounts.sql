ALTER TABLE products ADD COLUMN discount_percent integer NOT NULL DEFAULT 0 CHECK (discount_percent BETWEEN 0 AND 90);

UPDATE products SET discount_percent = 20 WHERE id IN (1, 5);
UPDATE products SET discount_percent = 10 WHERE id = 3;

ALTER TABLE products ADD COLUMN stock integer NOT NULL DEFAULT 8 CHECK (stock >= 0);
